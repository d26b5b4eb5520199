"""Employees; on the US desktop QuickBooks builds the name from first, middle and last name."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query
from daybook.qbxml.kinds.shared import ADDITIONAL_NOTES

RELATIONS = "Spouse|Partner|Mother|Father|Sister|Brother|Son|Daughter|Friend|Other"

HOURS = """
amr         HoursAvailable       interval
amr         AccrualPeriod        =BeginningOfYear|EveryHourOnPaycheck|EveryPaycheck
amr         HoursAccrued         interval
amr         MaximumHours         interval
amr         IsResettingHoursEachNewYear bool
amr         HoursUsed            interval
amr         YearBeginsDate       date @16.0
amr         AccrualStartDate     date
"""
PAYROLL_INFO = f"""
amr     IsCoveredByQualifiedPensionPlan bool @16.0
amr     PayPeriod                =Daily|Weekly|Biweekly|Semimonthly|Monthly|Quarterly|Yearly
amr     PayScheduleRef           ref31 @16.0
amr     ClassRef                 ref159
amr     either
AMR         ClearEarnings        bool
AMR         Earnings             group *
AMR             PayrollItemWageRef ref31
amr             either
AMR                 Rate         price
AMR                 RatePercent  percent
amr     either
AMR         ClearNonEarnings     bool @16.0
AMR         NonEarnings          group * @16.0
AMR             PayrollItemNonWageRef ref31
amr             either
AMR                 Amount       amount
AMR                 RatePercent  percent
amr             Limit            amount
amr     UseTimeDataToCreatePaychecks =NotSet|UseTimeData|DoNotUseTimeData
amr     SickHours                group
{HOURS}
amr     VacationHours            group
{HOURS}
amr     EmployeeTaxInfo          group @16.0
amr         StateLived           21
amr         StateWorked          21
amr         IsStandardTaxationRequired bool
amr         EmployeeTax          group *
amr             IsSubjectToTax   bool
AMR             PayrollItemTaxRef ref31
amr             TaxLawVersion    int
amr             TaxInfo          group *
AMR                 TaxInfoCategory 100
AMR                 TaxInfoValue str
amr     WorkersCompCodeRef       ref13 @16.0
"""

EMPLOYEE = kind(
    "Employee",
    "employee",
    f"""
{STAMPS}
am- Name                         str ~
--r Name                         41
amr IsActive                     bool
amr Salutation                   15
amr FirstName                    25
amr MiddleName                   5
amr LastName                     25
amr Suffix                       str ~
amr JobTitle                     41
amr SupervisorRef                ref209
amr Department                   31
amr Description                  64
amr TargetBonus                  amount
amr EmployeeAddress              group
amr     Addr1                    41
amr     Addr2                    41
amr     Addr3                    str ~
amr     Addr4                    str ~
amr     City                     31
amr     State                    21
amr     PostalCode               13
amr     Country                  str ~
amr PrintAs                      41
amr Phone                        21
amr Mobile                       21
amr Pager                        21
amr PagerPIN                     10
amr AltPhone                     21
amr Fax                          21
a-- SSN                          15
-m- SSN                          15 @16.0
--r SSN                          11
amr Email                        1023
amr AdditionalContactRef         contact_way *8
amr EmergencyContacts            group
amr     PrimaryContact           group
AMR         ContactName          40
AMR         ContactValue         255
amr         Relation             ={RELATIONS}
amr     SecondaryContact         group
AMR         ContactName          40
AMR         ContactValue         255
amr         Relation             ={RELATIONS}
amr EmployeeType                 =|Officer|Owner|Regular|Statutory
amr PartOrFullTime               =PartTime|FullTime
amr Exempt                       =Exempt|NonExempt
amr KeyEmployee                  =Yes|No
a-r Gender                       =Male|Female
-m- Gender                       =Male|Female @16.0
amr HiredDate                    date
amr OriginalHireDate             date
amr AdjustedServiceDate          date
amr ReleasedDate                 date
amr BirthDate                    date
amr USCitizen                    =Yes|No
amr Ethnicity                    =AmericianIndian|Asian|Black|Hawaiian|Hispanic|White|TwoOrMoreRaces
amr Disabled                     =Yes|No
amr DisabilityDesc               25
amr OnFile                       =Yes|No
amr WorkAuthExpireDate           date
amr USVeteran                    =Yes|No
amr MilitaryStatus               =Active|Reserve
amr AccountNumber                99
amr Notes                        4095
{ADDITIONAL_NOTES}
A--     Note                     4095
amr BillingRateRef               ref31
-m- EmployeePayrollInfoMod       group
{PAYROLL_INFO}
-m-     either
-M-         ClearDirectDepositAccounts bool @16.0
-M-         EmployeeDirectDepositAccount group * @16.0
-m-             either
-M-                 Amount       amount
-M-                 RatePercent  percent
-M-             BankName         31
-M-             RoutingNumber    9
-M-             AccountNumber    25
-M-             BankAccountType  =Checking|Savings
a-r EmployeePayrollInfo          group
{PAYROLL_INFO}
a-r     EmployeeDirectDepositAccount group * @16.0
a-r         either
A-R             Amount           amount
A-R             RatePercent      percent
A-R         BankName             31
A-R         RoutingNumber        9
A-R         AccountNumber        25
A-R         BankAccountType      =Checking|Savings
a-r ExternalGUID                 guid
--r DataExtRet                   data_ext *
    """,
    query=list_query(),
    group="entity",
)
