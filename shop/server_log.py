from gunicorn.glogging import Logger

from shop.error_reports import ScrubbedFormatter


class ServerLogger(Logger):
    """The web server's own lines, of requests and of crashes, without what opens anything."""

    def setup(self, cfg):
        super().setup(cfg)
        for log, line in ((self.access_log, self.access_fmt), (self.error_log, self.error_fmt)):
            for handler in log.handlers:
                handler.setFormatter(ScrubbedFormatter(line, self.datefmt))
