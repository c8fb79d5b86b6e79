"""A small Khoros: it makes up cases and sends them to a portal over HTTP, as Khoros would.

From left to right: `stories` tell what happens (with the people of `cast`, who talk as
`conversations` say), each `Call` of a story goes through `client`, `player` keeps the pace, and
`report` counts the answers. Nothing here touches the database.
"""
