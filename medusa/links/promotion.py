"""What the search of promotions, campaigns, price lists and taxes looks into, and how these are printed."""

from medusa.framework.query import printing, searchable
from medusa.modules.pricing.models import PriceList
from medusa.modules.promotion.models import Promotion, PromotionCampaign, PromotionRule
from medusa.modules.tax.models import TaxRate, TaxRegion

printing(TaxRegion, ("provider", "parent"), key=False)

printing(Promotion, ("application_method",), stub=True)
printing(PromotionRule, ("values",), id=False)

searchable(Promotion, "code")
searchable(PromotionCampaign, "name", "description")
searchable(PriceList, "title", "description")
searchable(TaxRate, "name", "code")
searchable(TaxRegion, "country_code", "province_code")
