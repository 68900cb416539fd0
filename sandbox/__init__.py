from sandbox.jobs import *
from sandbox.local import LocalSandbox
from sandbox.probe import Probe, probe
