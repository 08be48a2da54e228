import re
from pathlib import Path, PurePosixPath

from whitenoise.storage import CompressedManifestStaticFilesStorage

NEIGHBOUR = re.compile(r'^@import url\("\./([\w-]+\.css)"\);\n', re.MULTILINE)


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Files whose names change with their content; a style sheet brings its imports along.

    One request instead of six, of which the first would have to arrive before the rest are known.
    """

    def post_process(self, paths, dry_run=False, **options):
        if not dry_run:
            paths = paths | dict(self._with_imports(paths))
        yield from super().post_process(paths, dry_run, **options)

    def _with_imports(self, paths):
        for name in (name for name in paths if name.endswith(".css")):
            sheet, folder = _read(paths, name), PurePosixPath(name).parent
            whole = NEIGHBOUR.sub(
                lambda its, folder=folder: _read(paths, str(folder / its[1])), sheet
            )
            if whole != sheet:
                Path(self.path(name)).write_text(whole)
                yield name, (self, name)


def _read(paths, name):
    storage, path = paths[name]
    with storage.open(path) as file:
        return file.read().decode()
