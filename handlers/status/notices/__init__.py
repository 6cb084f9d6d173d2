"""What rooms are told of incidents: one living message each, its details below it, and a fresh word at the end.

`job` is woken after each change, reads all that is known (`reading`), and lets `deciding` say what each room is to be
told now. What a room has been told so far is in `told`; `routing` says which rooms want to know; `wording`, `templates`
and `gathered` have the words. `pace` keeps storms from becoming floods.
"""
