from . import netsuite_adopt
from . import netsuite_change_import_type
from . import netsuite_doctor
from . import netsuite_explain
from . import netsuite_import
