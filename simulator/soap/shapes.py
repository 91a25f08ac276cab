"""The part of NetSuite's XML that is simulated: types with their fields, in schema order.

Written by hand from the facts [4, 5, 7, 10]. A type is ``namespace.Type: field …`` (further lines
are indented), a field is ``name``, ``name:kind`` or ``@attribute``, with ``*`` when it repeats and
``namespace.name`` when its element is of another namespace. The default kind is string.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NAMESPACES = {
    "messages": ("platformMsgs", "urn:messages_{}.platform.webservices.netsuite.com"),
    "core": ("platformCore", "urn:core_{}.platform.webservices.netsuite.com"),
    "common": ("platformCommon", "urn:common_{}.platform.webservices.netsuite.com"),
    "faults": ("platformFaults", "urn:faults_{}.platform.webservices.netsuite.com"),
    "sales": ("tranSales", "urn:sales_{}.transactions.webservices.netsuite.com"),
    "accounting": ("listAcct", "urn:accounting_{}.lists.webservices.netsuite.com"),
    "relationships": ("listRel", "urn:relationships_{}.lists.webservices.netsuite.com"),
}
# Endpoint versions that still answer [1.3].
VERSIONS = ("2023_2", "2024_1", "2024_2", "2025_1", "2025_2")
SIMPLE = ("string", "boolean", "double", "long", "int", "dateTime")
# Abstract types: the element says with xsi:type which concrete one it is.
ABSTRACT = (
    "Record",
    "BaseRef",
    "SearchRecord",
    "SearchRow",
    "CustomFieldRef",
    "SearchCustomField",
    "SearchColumnCustomField",
)


@dataclass(frozen=True)
class Field:
    """One element or attribute of a type."""

    name: str
    kind: str
    namespace: str
    many: bool = False
    attribute: bool = False


@dataclass(frozen=True)
class Shape:
    """A type: its fields by name, in order."""

    name: str
    namespace: str
    fields: dict[str, Field]


def _parse(text):
    shapes = {}
    for row in re.split(r"\n(?=\w)", text.strip()):
        head, _, rest = row.partition(":")
        namespace, name = head.split(".")
        shapes[name] = Shape(name, namespace, dict(_fields(namespace, rest.split())))
    return shapes


def _fields(namespace, words):
    for word in words:
        name, _, kind = word.rstrip("*").partition(":")
        attribute = name.startswith("@")
        prefix, _, name = name.rpartition(".")
        name = name.lstrip("@")
        field = Field(name, kind or "string", prefix or namespace, word.endswith("*"), attribute)
        yield name, field


_CORE = """
core.NullField: name*
core.RecordRef: @internalId @externalId @type name
core.CustomizationType: @getCustomizationType
core.CustomizationRef: @internalId @externalId @type @scriptId name
core.CustomizationRefList: customizationRef:CustomizationRef*
core.GetCustomizationIdResult: status:Status totalRecords:int
    customizationRefList:CustomizationRefList
core.ListOrRecordRef: @internalId @externalId @typeId name
core.InitializeRef: @type @internalId @externalId name
core.InitializeAuxRef: @type @internalId @externalId @scriptId name
core.Status: @isSuccess:boolean statusDetail:StatusDetail*
core.StatusDetail: @type code message afterSubmitFailed:boolean
core.TokenPassport: account consumerKey token nonce timestamp:long signature:TokenPassportSignature
core.TokenPassportSignature: @algorithm
core.CustomFieldList: customField:CustomFieldRef*
core.StringCustomFieldRef: @internalId @scriptId value
core.BooleanCustomFieldRef: @internalId @scriptId value:boolean
core.LongCustomFieldRef: @internalId @scriptId value:long
core.DoubleCustomFieldRef: @internalId @scriptId value:double
core.DateCustomFieldRef: @internalId @scriptId value:dateTime
core.SelectCustomFieldRef: @internalId @scriptId value:ListOrRecordRef
core.MultiSelectCustomFieldRef: @internalId @scriptId value:ListOrRecordRef*
core.SearchDateField: @operator predefinedSearchValue searchValue:dateTime searchValue2:dateTime
core.SearchStringField: @operator searchValue
core.SearchTextNumberField: @operator searchValue searchValue2
core.SearchMultiSelectField: @operator searchValue:RecordRef*
core.SearchEnumMultiSelectField: @operator searchValue*
core.SearchBooleanField: searchValue:boolean
core.SearchLongField: @operator searchValue:long searchValue2:long
core.SearchDoubleField: @operator searchValue:double searchValue2:double
core.SearchCustomFieldList: customField:SearchCustomField*
core.SearchStringCustomField: @internalId @scriptId @operator searchValue
core.SearchBooleanCustomField: @internalId @scriptId searchValue:boolean
core.SearchMultiSelectCustomField: @internalId @scriptId @operator searchValue:ListOrRecordRef*
core.SearchColumnStringField: customLabel searchValue
core.SearchColumnTextNumberField: customLabel searchValue
core.SearchColumnEnumSelectField: customLabel searchValue
core.SearchColumnSelectField: customLabel searchValue:RecordRef
core.SearchColumnBooleanField: customLabel searchValue:boolean
core.SearchColumnLongField: customLabel searchValue:long
core.SearchColumnDoubleField: customLabel searchValue:double
core.SearchColumnDateField: customLabel searchValue:dateTime
core.SearchColumnCustomFieldList: customField:SearchColumnCustomField*
core.SearchColumnStringCustomField: @internalId @scriptId customLabel searchValue
core.SearchColumnBooleanCustomField: @internalId @scriptId customLabel searchValue:boolean
core.SearchColumnDoubleCustomField: @internalId @scriptId customLabel searchValue:double
core.SearchColumnDateCustomField: @internalId @scriptId customLabel searchValue:dateTime
core.SearchColumnSelectCustomField: @internalId @scriptId customLabel searchValue:ListOrRecordRef
core.SearchResult: status:Status totalRecords:int pageSize:int totalPages:int pageIndex:int
    searchId recordList:RecordList searchRowList:SearchRowList
core.RecordList: record:Record*
core.SearchRowList: searchRow:SearchRow*
core.InitializeRecord: type reference:InitializeRef auxReference:InitializeAuxRef
core.GetDeletedFilter: deletedDate:SearchDateField type:SearchEnumMultiSelectField
    scriptId:SearchStringField
core.GetDeletedResult: status:Status totalRecords:int pageSize:int totalPages:int pageIndex:int
    deletedRecordList:DeletedRecordList
core.DeletedRecordList: deletedRecord:DeletedRecord*
core.DeletedRecord: deletedDate:dateTime record:BaseRef
core.GetSelectValueFieldDescription: recordType sublist field
core.GetSelectValueResult: status:Status totalRecords:int totalPages:int baseRefList:BaseRefList
core.BaseRefList: baseRef:BaseRef*
core.GetServerTimeResult: status:Status serverTime:dateTime
core.GetDataCenterUrlsResult: status:Status dataCenterUrls:DataCenterUrls
core.DataCenterUrls: restDomain webservicesDomain systemDomain
core.GetAccountGovernanceInfoResult: status:Status accountConcurrencyLimit:long
    unallocatedConcurrencyLimit:long
"""

_MESSAGES = """
messages.Preferences: warningAsError:boolean disableMandatoryCustomFieldValidation:boolean
    disableSystemNotesForCustomFields:boolean ignoreReadOnlyFields:boolean
    runServerSuiteScriptAndTriggerWorkflows:boolean
messages.SearchPreferences: bodyFieldsOnly:boolean returnSearchColumns:boolean pageSize:int
messages.ApplicationInfo: applicationId
messages.PartnerInfo: partnerId
messages.DocumentInfo: nsId
messages.ReadResponse: core.status:Status record:Record
messages.WriteResponse: core.status:Status baseRef:BaseRef
messages.WriteResponseList: core.status:Status writeResponse:WriteResponse*
messages.ReadResponseList: core.status:Status readResponse:ReadResponse*
messages.getServerTime:
messages.getServerTimeResponse: core.getServerTimeResult:GetServerTimeResult
messages.getDataCenterUrls: account
messages.getDataCenterUrlsResponse: core.getDataCenterUrlsResult:GetDataCenterUrlsResult
messages.getAccountGovernanceInfo:
messages.getAccountGovernanceInfoResponse:
    core.getAccountGovernanceInfoResult:GetAccountGovernanceInfoResult
messages.search: searchRecord:SearchRecord
messages.searchResponse: core.searchResult:SearchResult
messages.searchMoreWithId: searchId pageIndex:int
messages.searchMoreWithIdResponse: core.searchResult:SearchResult
messages.get: baseRef:BaseRef
messages.getResponse: readResponse:ReadResponse
messages.getList: baseRef:BaseRef*
messages.getListResponse: readResponseList:ReadResponseList
messages.getDeleted: getDeletedFilter:GetDeletedFilter pageIndex:int
messages.getDeletedResponse: core.getDeletedResult:GetDeletedResult
messages.getSelectValue: fieldDescription:GetSelectValueFieldDescription pageIndex:int
messages.getSelectValueResponse: core.getSelectValueResult:GetSelectValueResult
messages.getCustomizationId: customizationType:CustomizationType includeInactives:boolean
messages.getCustomizationIdResponse: core.getCustomizationIdResult:GetCustomizationIdResult
messages.initialize: initializeRecord:InitializeRecord
messages.initializeResponse: readResponse:ReadResponse
messages.add: record:Record
messages.addResponse: writeResponse:WriteResponse
messages.update: record:Record
messages.updateResponse: writeResponse:WriteResponse
messages.updateList: record:Record*
messages.updateListResponse: writeResponseList:WriteResponseList
messages.upsert: record:Record
messages.upsertResponse: writeResponse:WriteResponse
"""

_COMMON = """
common.Address: internalId country attention addressee addrPhone addr1 addr2 addr3 city state zip
    addrText override:boolean
common.InventoryDetail: core.nullFieldList:NullField inventoryAssignmentList:InventoryAssignmentList
common.InventoryAssignmentList: @replaceAll:boolean inventoryAssignment:InventoryAssignment*
common.InventoryAssignment: internalId issueInventoryNumber:RecordRef binNumber:RecordRef
    quantity:double quantityAvailable:double
common.TransactionSearchBasic: actualShipDate:SearchDateField anyLineItem:SearchMultiSelectField
    class:SearchMultiSelectField closed:SearchBooleanField cogs:SearchBooleanField
    createdFrom:SearchMultiSelectField dateCreated:SearchDateField
    department:SearchMultiSelectField entity:SearchMultiSelectField
    externalId:SearchMultiSelectField externalIdString:SearchStringField
    internalId:SearchMultiSelectField internalIdNumber:SearchLongField item:SearchMultiSelectField
    lastModifiedDate:SearchDateField location:SearchMultiSelectField mainLine:SearchBooleanField
    memo:SearchStringField memoMain:SearchStringField otherRefNum:SearchTextNumberField
    recordType:SearchStringField shipComplete:SearchBooleanField shipDate:SearchDateField
    shipMethod:SearchMultiSelectField shipping:SearchBooleanField
    status:SearchEnumMultiSelectField subsidiary:SearchMultiSelectField taxLine:SearchBooleanField
    trackingNumbers:SearchStringField tranDate:SearchDateField tranId:SearchStringField
    type:SearchEnumMultiSelectField voided:SearchBooleanField
    customFieldList:SearchCustomFieldList
common.TransactionSearchRowBasic: actualShipDate:SearchColumnDateField*
    class:SearchColumnSelectField* closed:SearchColumnBooleanField*
    createdFrom:SearchColumnSelectField* dateCreated:SearchColumnDateField*
    department:SearchColumnSelectField* email:SearchColumnStringField*
    entity:SearchColumnSelectField* externalId:SearchColumnSelectField*
    internalId:SearchColumnSelectField* isMultiShipTo:SearchColumnBooleanField*
    item:SearchColumnSelectField* lastModifiedDate:SearchColumnDateField*
    line:SearchColumnLongField* lineUniqueKey:SearchColumnLongField*
    location:SearchColumnSelectField* mainLine:SearchColumnBooleanField*
    memo:SearchColumnStringField* memoMain:SearchColumnStringField*
    otherRefNum:SearchColumnTextNumberField* quantity:SearchColumnDoubleField*
    quantityBilled:SearchColumnDoubleField* quantityCommitted:SearchColumnDoubleField*
    quantityPacked:SearchColumnDoubleField* quantityPicked:SearchColumnDoubleField*
    quantityShipRecv:SearchColumnDoubleField* recordType:SearchColumnStringField*
    shipAddress:SearchColumnStringField* shipAddress1:SearchColumnStringField*
    shipAddress2:SearchColumnStringField* shipAddress3:SearchColumnStringField*
    shipAddressee:SearchColumnStringField* shipAttention:SearchColumnStringField*
    shipCity:SearchColumnStringField* shipComplete:SearchColumnBooleanField*
    shipCountryCode:SearchColumnStringField* shipDate:SearchColumnDateField*
    shipMethod:SearchColumnSelectField* shipPhone:SearchColumnStringField*
    shipState:SearchColumnStringField* shipZip:SearchColumnStringField*
    status:SearchColumnEnumSelectField* subsidiary:SearchColumnSelectField*
    trackingNumbers:SearchColumnStringField* tranDate:SearchColumnDateField*
    tranId:SearchColumnStringField* type:SearchColumnEnumSelectField*
    unit:SearchColumnStringField* customFieldList:SearchColumnCustomFieldList
common.ItemSearchBasic: displayName:SearchStringField internalId:SearchMultiSelectField
    internalIdNumber:SearchLongField isFulfillable:SearchBooleanField
    isInactive:SearchBooleanField itemId:SearchStringField lastModifiedDate:SearchDateField
    type:SearchEnumMultiSelectField upcCode:SearchStringField
common.InventoryNumberSearchBasic: internalId:SearchMultiSelectField
    inventoryNumber:SearchStringField item:SearchMultiSelectField location:SearchMultiSelectField
common.LocationSearchBasic: internalId:SearchMultiSelectField isInactive:SearchBooleanField
    name:SearchStringField
common.CustomerSearchBasic: email:SearchStringField entityId:SearchStringField
    internalId:SearchMultiSelectField isInactive:SearchBooleanField
"""

_SALES = """
sales.TransactionSearch: basic:TransactionSearchBasic
sales.TransactionSearchRow: basic:TransactionSearchRowBasic
sales.TransactionSearchAdvanced: @savedSearchId @savedSearchScriptId criteria:TransactionSearch
    columns:TransactionSearchRow
sales.SalesOrder: @internalId @externalId core.nullFieldList:NullField createdDate:dateTime
    entity:RecordRef currency:RecordRef tranDate:dateTime tranId source createdFrom:RecordRef
    orderStatus salesRep:RecordRef otherRefNum memo exchangeRate:double currencyName email
    shippingAddress:Address shipIsResidential:boolean shipAddressList:RecordRef fob
    shipDate:dateTime
    actualShipDate:dateTime shipMethod:RecordRef shippingCost:double isMultiShipTo:boolean
    linkedTrackingNumbers shipComplete:boolean subTotal:double total:double class:RecordRef
    department:RecordRef
    subsidiary:RecordRef lastModifiedDate:dateTime location:RecordRef status terms:RecordRef
    itemList:SalesOrderItemList shipGroupList:SalesOrderShipGroupList
    customFieldList:CustomFieldList
sales.SalesOrderItemList: @replaceAll:boolean item:SalesOrderItem*
sales.SalesOrderItem: item:RecordRef quantityAvailable:double lineUniqueKey:long
    quantityOnHand:double quantity:double units:RecordRef description rate serialNumbers
    amount:double commitInventory location:RecordRef createPo createdPo:RecordRef isClosed:boolean
    itemFulfillmentChoice line:long quantityBackOrdered:double quantityBilled:double
    quantityCommitted:double quantityFulfilled:double quantityPacked:double quantityPicked:double
    shipGroup:long itemIsFulfilled:boolean shipAddress:RecordRef shipMethod:RecordRef
    expectedShipDate:dateTime customFieldList:CustomFieldList
sales.SalesOrderShipGroupList: @replaceAll:boolean shipGroup:TransactionShipGroup*
sales.TransactionShipGroup: id:long isFulfilled:boolean destinationAddressRef:RecordRef
    destinationAddress shippingMethodRef:RecordRef shippingMethod
sales.Invoice: @internalId @externalId core.nullFieldList:NullField createdDate:dateTime
    lastModifiedDate:dateTime entity:RecordRef tranDate:dateTime tranId source
    createdFrom:RecordRef department:RecordRef class:RecordRef terms:RecordRef location:RecordRef
    subsidiary:RecordRef currency:RecordRef dueDate:dateTime salesRep:RecordRef otherRefNum memo
    amountPaid:double amountRemaining:double currencyName shippingAddress:Address
    shipAddressList:RecordRef fob shipDate:dateTime shipMethod:RecordRef shippingCost:double
    trackingNumbers
    linkedTrackingNumbers subTotal:double total:double status email itemList:InvoiceItemList
    approvalStatus:RecordRef customFieldList:CustomFieldList
sales.InvoiceItemList: @replaceAll:boolean item:InvoiceItem*
sales.InvoiceItem: item:RecordRef line:long description amount:double quantity:double
    units:RecordRef rate quantityOrdered:double quantityRemaining:double quantityFulfilled:double
    orderLine:long location:RecordRef customFieldList:CustomFieldList
sales.ItemFulfillment: @internalId @externalId core.nullFieldList:NullField createdDate:dateTime
    lastModifiedDate:dateTime postingPeriod:RecordRef entity:RecordRef createdFrom:RecordRef
    createdFromShipGroup:long shippingAddress:Address pickedDate:dateTime packedDate:dateTime
    shippedDate:dateTime shipAddressList:RecordRef shipStatus tranDate:dateTime tranId
    shipMethod:RecordRef generateIntegratedShipperLabel:boolean shippingCost:double
    handlingCost:double memo packageList:ItemFulfillmentPackageList
    packageUpsList:ItemFulfillmentPackageUpsList packageUspsList:ItemFulfillmentPackageUspsList
    packageFedExList:ItemFulfillmentPackageFedExList itemList:ItemFulfillmentItemList
    customFieldList:CustomFieldList
sales.ItemFulfillmentPackageList: @replaceAll:boolean package:ItemFulfillmentPackage*
sales.ItemFulfillmentPackage: packageWeight:double packageDescr packageTrackingNumber
sales.ItemFulfillmentPackageUpsList: @replaceAll:boolean packageUps:ItemFulfillmentPackageUps*
sales.ItemFulfillmentPackageUps: packageWeightUps:double packageDescrUps packageTrackingNumberUps
sales.ItemFulfillmentPackageUspsList: @replaceAll:boolean packageUsps:ItemFulfillmentPackageUsps*
sales.ItemFulfillmentPackageUsps: packageWeightUsps:double packageDescrUsps
    packageTrackingNumberUsps
sales.ItemFulfillmentPackageFedExList: @replaceAll:boolean packageFedEx:ItemFulfillmentPackageFedEx*
sales.ItemFulfillmentPackageFedEx: packageWeightFedEx:double packageTrackingNumberFedEx
sales.ItemFulfillmentItemList: @replaceAll:boolean item:ItemFulfillmentItem*
sales.ItemFulfillmentItem: jobName itemReceive:boolean itemName description location:RecordRef
    onHand:double quantity:double unitsDisplay createPo inventoryDetail:InventoryDetail binNumbers
    serialNumbers poNum item:RecordRef orderLine:long quantityRemaining:double shipGroup:long
    itemIsFulfilled:boolean shipAddress:RecordRef shipMethod:RecordRef
    customFieldList:CustomFieldList
"""

_STOCK = (
    "createdDate:dateTime lastModifiedDate:dateTime itemId upcCode displayName isInactive:boolean "
    "salesDescription weight:double unitsType:RecordRef stockUnit:RecordRef saleUnit:RecordRef "
    "isDropShipItem:boolean weightUnit weightUnits"
)
_SOLD = (
    "createdDate:dateTime lastModifiedDate:dateTime salesDescription unitsType:RecordRef "
    "saleUnit:RecordRef isFulfillable:boolean itemId upcCode displayName isInactive:boolean"
)
_PRICED = (
    "createdDate:dateTime lastModifiedDate:dateTime description itemId upcCode displayName "
    "isInactive:boolean"
)
_ID = "@internalId @externalId"
_LISTS = f"""
accounting.ItemSearch: basic:ItemSearchBasic
accounting.InventoryNumberSearch: basic:InventoryNumberSearchBasic
accounting.LocationSearch: basic:LocationSearchBasic
relationships.CustomerSearch: basic:CustomerSearchBasic
accounting.InventoryItem: {_ID} createdDate:dateTime lastModifiedDate:dateTime salesDescription
    weight:double weightUnit weightUnits unitsType:RecordRef stockUnit:RecordRef
    saleUnit:RecordRef isDropShipItem:boolean itemId upcCode displayName isInactive:boolean
accounting.LotNumberedInventoryItem: {_ID} {_STOCK}
accounting.SerializedInventoryItem: {_ID} {_STOCK}
accounting.AssemblyItem: {_ID} createdDate:dateTime lastModifiedDate:dateTime itemId upcCode
    displayName isInactive:boolean description weight:double weightUnit unitsType:RecordRef
    stockUnit:RecordRef saleUnit:RecordRef isDropShipItem:boolean
accounting.KitItem: {_ID} createdDate:dateTime lastModifiedDate:dateTime itemId upcCode
    displayName isInactive:boolean description weight:double weightUnit:RecordRef
    isFulfillable:boolean memberList:ItemMemberList
accounting.NonInventorySaleItem: {_ID} createdDate:dateTime lastModifiedDate:dateTime
    salesDescription weight:double weightUnit weightUnits unitsType:RecordRef saleUnit:RecordRef
    isFulfillable:boolean itemId upcCode displayName isInactive:boolean
accounting.ServiceSaleItem: {_ID} {_SOLD}
accounting.OtherChargeSaleItem: {_ID} {_SOLD}
accounting.DownloadItem: {_ID} createdDate:dateTime lastModifiedDate:dateTime salesDescription
    itemId upcCode displayName isInactive:boolean isFulfillable:boolean
accounting.GiftCertificateItem: {_ID} createdDate:dateTime lastModifiedDate:dateTime itemId
    upcCode displayName isInactive:boolean salesDescription isFulfillable:boolean
accounting.DiscountItem: {_ID} {_PRICED}
accounting.MarkupItem: {_ID} {_PRICED}
accounting.PaymentItem: {_ID} createdDate:dateTime lastModifiedDate:dateTime description itemId
    displayName isInactive:boolean
accounting.DescriptionItem: {_ID} createdDate:dateTime lastModifiedDate:dateTime description
    itemId isInactive:boolean
accounting.SubtotalItem: {_ID} createdDate:dateTime lastModifiedDate:dateTime displayName
    description itemId isInactive:boolean
accounting.ItemGroup: {_ID} createdDate:dateTime lastModifiedDate:dateTime isInactive:boolean
    itemId upcCode displayName description memberList:ItemMemberList
accounting.ItemMemberList: @replaceAll:boolean itemMember:ItemMember*
accounting.ItemMember: memberDescr quantity:double memberUnit:RecordRef item:RecordRef
    lineNumber:long
accounting.InventoryNumber: {_ID} inventoryNumber item:RecordRef
    locationsList:InventoryNumberLocationsList
accounting.InventoryNumberLocationsList: @replaceAll:boolean locations:InventoryNumberLocations*
accounting.InventoryNumberLocations: location quantityOnHand:double quantityAvailable:double
accounting.Location: {_ID} name isInactive:boolean
accounting.UnitsType: {_ID} name isInactive:boolean uomList:UnitsTypeUomList
accounting.UnitsTypeUomList: @replaceAll:boolean uom:UnitsTypeUom*
accounting.UnitsTypeUom: internalId unitName pluralName abbreviation pluralAbbreviation
    conversionRate:double baseUnit:boolean
relationships.Customer: {_ID} entityId companyName phone email isInactive:boolean
    subsidiary:RecordRef
"""

SHAPES = {
    name: shape
    for text in (_CORE, _MESSAGES, _COMMON, _SALES, _LISTS)
    for name, shape in _parse(text).items()
}


def namespace(name, version):
    """The namespace's URI for an endpoint version [1.4]."""
    return NAMESPACES[name][1].format(version)
