"""How people speak of what is theirs and only people can decide: a file for each language.

Each line is a pattern for a part of a message, as `words.plain` writes it; a line that stands further in goes on with
the one before. "~3" stands for up to three words in between, and words in capitals for the alternatives at the file's
end. Whatever repeats has a limit, so that none takes long to try.

Not all ways to say it are here: who isn't understood is answered like anybody, who is misunderstood is sent away.
"""
