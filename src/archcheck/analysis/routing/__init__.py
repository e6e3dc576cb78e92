"""The routes of a project, of all web frameworks as one model.

`facts` is what one file tells, `collect` reads it from the file, and `model` puts the files together: under which
full paths does each handler answer?
"""
