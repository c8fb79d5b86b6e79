"""What several pages of the back office share."""
