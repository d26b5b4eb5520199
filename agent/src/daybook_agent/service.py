"""The agent as a Windows service, without a window. It runs as the Windows user who may open QuickBooks."""

import sys
from pathlib import Path
from typing import Any

import servicemanager
import win32service
import win32serviceutil

from daybook_agent.folder import Folder
from daybook_agent.main import carrier_for, keep_log
from daybook_agent.windows import NOT_RUNNING

NAME = "DaybookAgent"
FOLDER_OPTION = "folder"


class Service(win32serviceutil.ServiceFramework):  # type: ignore[misc]
    """What Windows starts and stops."""

    _svc_name_ = NAME
    _svc_display_name_ = "Daybook Agent"
    _svc_description_ = "Carries Daybook's letters to QuickBooks on this PC."

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        folder = Folder(Path(win32serviceutil.GetServiceCustomOption(NAME, FOLDER_OPTION)))
        keep_log(folder, on_screen=False)
        self._carrier = carrier_for(folder, "")

    def SvcStop(self) -> None:
        """Windows asks it to end."""
        self.ReportServiceStatus(win32service.SERVICE_STOP_PENDING)
        self._carrier.stop()

    def SvcDoRun(self) -> None:
        """Windows lets it work; returns when it was stopped."""
        servicemanager.LogInfoMsg("The Daybook agent runs.")
        self._carrier.run()


def install(folder: Folder, user: str, password: str) -> None:
    """Make the service start with the PC, as this Windows user."""
    win32serviceutil.InstallService(
        f"{__name__}.Service",
        NAME,
        Service._svc_display_name_,
        startType=win32service.SERVICE_AUTO_START,
        userName=user or None,
        password=password or None,
        description=Service._svc_description_,
        exeName=_host(),
    )
    win32serviceutil.SetServiceCustomOption(NAME, FOLDER_OPTION, str(folder.path))
    win32serviceutil.StartService(NAME)


def remove() -> None:
    """End the service and take it away."""
    try:
        win32serviceutil.StopService(NAME)
    except win32service.error as error:
        if error.winerror != NOT_RUNNING:
            raise
    win32serviceutil.RemoveService(NAME)


def _host() -> Any:
    """The program of pywin32 that hosts services, in this Python or in the one that a venv was made from."""
    places = (Path(sys.prefix), Path(sys.prefix) / "Lib" / "site-packages" / "win32", Path(sys.exec_prefix))
    return next((str(place / "pythonservice.exe") for place in places if (place / "pythonservice.exe").exists()), None)
