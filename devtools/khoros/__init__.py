"""A small Khoros: agents who work made-up cases in a portal over HTTP, as Khoros would have them.

From left to right: `plots` make up what happens (with the people of `cast`, who talk as
`conversations` say), `stories` tell it as calls, `identification` first finds out whose case it
is, `expectations` say what each answer must hold. `player` keeps the pace; each call goes over a
`Line` of `mishaps`, which adds `faults`, repeats and lost patience, to the `client`; `report`
counts the answers. Nothing here touches the database.
"""
