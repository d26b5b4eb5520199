"""The seeds that found a fault, each by the name of what it found.

A seed is a story only as long as nobody else draws from its dice: where the play itself changes, it tells another one.
So each fault is kept as a test of the product as well; docs/why/exactly-once.md names both.
"""

NAMED = {
    69: "a posting that waited behind another wrote an old name back",
    462: "a clash in one field held back a first name that changed in the books",
    644: "a clash in one field held back a project's name that changed in the books",
    672: "a change that waited took the place of a rename in the books",
    678: "a record in the books was asked for as new behind a change of it",
    1602: "a change was left out of an import because another machine's clock was ahead",
    1657: "an old answer said which company file is open, and we wrote into another company's",
    2520: "a change that waited behind its own record's addition became a second addition",
    2574: "the same, of another record",
    3211: "an old page of a list was taken for the page that was asked for",
}
