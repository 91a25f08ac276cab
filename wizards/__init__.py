from . import netsuite_change_import_type
