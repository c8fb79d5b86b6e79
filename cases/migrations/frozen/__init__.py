"""What migrations compute, as it was when they were written: the live code may go on."""
