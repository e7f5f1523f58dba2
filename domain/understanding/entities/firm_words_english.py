"""Words of firms in English: what their names end with, and what stands before them."""

from __future__ import annotations


def _split(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: Words that end the name of a firm.
TRADES = _split("""
café cafe bakery bakers dental dentistry school college academy nursery nurseries logistics motors foods design
designs consulting consultants engineering engineers clinic clinics hotel hotels farm farms garage garages
studio studios services solutions systems architects architecture surveyors builders construction constructions
printers printing press trading energy accountants accounting solicitors lawyers legal associates partners
estates homes properties realty hospital hospitals pharmacy surgery practice vets restaurant restaurants brewery
joinery joiners furniture textiles electronics electrical electricals plumbing roofing roofers landscapes
landscaping gardens gardeners transport haulage couriers shipping travel media publishing publishers books
bookshop booksellers library museum gallery galleries theatre church council university institute foundation
trust bank insurance brokers recruitment industries manufacturing metals steel plastics chemicals labs
laboratories laboratory technologies technology tech software optical opticians robotics freight pubs patisserie
kitchens interiors carpentry carpenters association society charity fitness salon salons tavern brewing florist
florists butchers dairy dairies fisheries seafood timber glazing flooring carpets cleaning cleaners laundry
packaging pharma pharmaceuticals biotech analytics networks telecom telecoms pictures films crafts toys
instruments aviation aerospace automotive autos rentals leasing lettings ventures investments advisors advisers
advisory chambers primary housing hostel hostels stables vineyard vineyards orchard orchards ironworks ceramics
optics digital marine boats cycles tools supplies wholesale stores diner bistro brasserie grill pizzeria deli
delicatessen eatery roasters roastery creamery confectionery confectioners chocolatiers coffee caterers catering
physio physiotherapy osteopaths osteopathy chiropractic podiatry orthodontics audiology eyecare wellness yoga
pilates gymnastics barbers hairdressers hairdressing beauty tattoo salvage scrap recycling rental recording
recordings records music audio productions events weddings playgroup preschool pre-school kindergarten creche
daycare childcare tutors tuition tutoring education club clubs guild union federation alliance collective
cooperative co-operative co-op agency bureau workshop workshops forge foundry pottery potteries glassworks tiles
tiling paving fencing scaffolding groundworks civils heating drainage lifts doors blinds bathrooms beds sofas
upholstery upholsterers antiques auctions auctioneers jewellers jewellery jewelry gifts stationery stationers
signs graphics photography photographers framing framers arts cinema archive archives archaeology heritage
ministries mission temple synagogue produce organics grains feeds seeds kennels cattery grooming saddlery
equestrian sailing yachts boatyard sports outdoors bikes motorcycles tyres tires bodyworks bodyshop taxis cabs
coaches minibuses removals storage warehousing security locksmiths mortgages capital wealth bookkeeping
bookkeepers payrolls translations translators languages communications creative branding computers computing
sciences diagnostics medical healthcare hospice ambulance abattoir acoustics airlines airways aggregates
quarries quarry mining minerals refrigeration ventilation insulation plastering plasterers painters decorators
decorating masonry stonemasons joists demolition surveying planners planning fabrication fabricators
fabrications welding castings bearings hydraulics pneumatics controls automation instrumentation tooling
machining mouldings coatings adhesives polymers composites fabrics knitwear clothing apparel fashions footwear
shoes tailors tailoring drapers linens hosiery leather leathers millers mills maltings distillery distillers
distilling winery wines cider ciders spirits drinks beverages teas tearoom tearooms fishmongers greengrocers
grocers groceries supermarket supermarkets delicatessens bookmakers funerals undertakers optometrists dentists
doctors orthopaedics radiologists veterinary veterinarians zoo aquarium safaris tours holidays cottages lodges
campsite caravans resorts resort spa hospitality inn taverns brewhouse taproom winebar nightclub playhouse
orchestra choir ballet opera festival broadcasting radio television newspapers magazine magazines gazette herald
typesetting bookbinders bookbinding papers lithographers mapping geomatics geotechnical environmental ecology
forestry sawmill sawmills arboriculture agronomy agriculture agricultural horticulture growers poultry livestock
meats bacon creameries cheeses honey preserves spices bikeworks cars vans trucks
""")
#: Words in capitals that stand before a firm and are no part of it.
LEADS = _split("""
hi hello hey hiya dear good morning afternoon evening from for to at with by on in of and or but so if as we we're we've we'll
i i'm i've i'd i'll it it's its this that these those my our your their his her he she they you a an no not yes ok okay please pls
kindly thanks thank thx cheers regards best yours sincerely can could would will may might shall should is are was were do does did
has have had what when where which who why how also just still now then here there customer customers client clients company firm
business account acct name invoice bill order orders quote quotation send deliver ship charge take put add remove cancel stop
unsubscribe delete drop call ring phone email e-mail mail text contact tell ask let give get make change update replace book arrange
confirm re regarding subject attn fao both all any every each only some contract cust ref sorry well right
""")
DAYS = _split("""
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october
november december
""")
#: Departments, goods and offers that are written like firms: "IT Services", "Contract Leasing".
PLAIN = _split("""
it hr accounts finance legal marketing sales facilities customer client technical engineering support home online financial delivery
office business general training quality after after-sales shared student library property research development human public social
health print printing mail post field managed service services contract car van vehicle fleet toner colour color printer copier
machine paper ink electric new used staple estates premises administration design planning purchasing procurement operations payroll
systems solutions supplies accounting insurance leasing insurances heating security cleaning catering communications education music
first second third main old front back top bottom left right local national international annual garden kitchen bathroom living dining
conference meeting board waiting show
""")
STREETS = _split("""
street st road rd lane avenue drive park square way close row terrace court place
""")
#: With these begin names of places of two words.
PLACES = _split("""
new san santa los las north south east west great upper lower port fort saint st milton royal mount hong kuala buenos sri
cape st. isle tel abu
""")
ROLES = _split("""
manager director head buyer owner secretary officer assistant administrator coordinator teacher engineer accountant clerk
receptionist supervisor president ceo cfo coo founder bursar principal proprietor chef foreman department dept team caretaker
""")
#: Said of people, too: "we're British, a family of four".
PEOPLES = _split("""
british english welsh scottish irish french german dutch polish italian spanish american canadian australian japanese chinese indian
european happy sorry glad interested
""")
