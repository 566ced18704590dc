// Makes a small shop through the Admin API, buys in it as a guest and as a registered customer through the Store API, and
// prints the figures of both orders as JSON. Everything goes through the official SDK.
//   node purchase.mjs http://localhost:9000
import { randomBytes } from "node:crypto"
import MedusaSdk from "@medusajs/js-sdk"

const Medusa = MedusaSdk.default ?? MedusaSdk
const baseUrl = process.argv[2]
const mark = randomBytes(4).toString("hex")

// The SDK keeps its token where the page it runs in says; a command line has memory.
const client = (publishableKey) => new Medusa({ baseUrl, publishableKey, auth: { type: "jwt", jwtTokenStorageMethod: "memory" } })

async function makeShop() {
  const sdk = client()
  await sdk.auth.login("user", "emailpass", { email: "admin@medusajs.com", password: "supersecret" })
  const admin = sdk.admin
  const { sales_channel: channel } = await admin.salesChannel.create({ name: `SDK ${mark}` })
  const { api_key: key } = await admin.apiKey.create({ title: `SDK ${mark}`, type: "publishable" })
  await admin.apiKey.batchSalesChannels(key.id, { add: [channel.id] })
  const { region } = await admin.region.create({ name: `SDK ${mark}`, currency_code: "eur", countries: ["va"], payment_providers: ["pp_system_default"] })
  const { tax_region: taxRegion } = await admin.taxRegion.create({
    country_code: "va", provider_id: "tp_system", default_tax_rate: { name: "VAT", code: "vat", rate: 20 } })
  const { stock_location: location } = await admin.stockLocation.create({ name: `SDK ${mark}` })
  await admin.stockLocation.updateSalesChannels(location.id, { add: [channel.id] })
  await admin.stockLocation.updateFulfillmentProviders(location.id, { add: ["manual_manual"] })
  await admin.stockLocation.createFulfillmentSet(location.id, { name: `SDK ${mark}`, type: "shipping" })
  const { stock_location: withSets } = await admin.stockLocation.retrieve(location.id, { fields: "*fulfillment_sets" })
  const { fulfillment_set: set } = await admin.fulfillmentSet.createServiceZone(
    withSets.fulfillment_sets[0].id, { name: `SDK ${mark}`, geo_zones: [{ type: "country", country_code: "va" }] }, { fields: "*service_zones" })
  const { shipping_profile: profile } = await admin.shippingProfile.create({ name: `SDK ${mark}`, type: "default" })
  await admin.shippingOption.create({
    name: "Standard", service_zone_id: set.service_zones[0].id, shipping_profile_id: profile.id, provider_id: "manual_manual", price_type: "flat",
    type: { label: "Standard", description: "Two days", code: "standard" }, prices: [{ currency_code: "eur", amount: 4.9 }],
    rules: [{ attribute: "enabled_in_store", operator: "eq", value: "true" }, { attribute: "is_return", operator: "eq", value: "false" }] })
  const products = []
  for (const [title, amount] of [["T-Shirt", 19.99], ["Mug", 7.5]]) {
    const { product } = await admin.product.create({
      title: `${title} ${mark}`, status: "published", shipping_profile_id: profile.id, sales_channels: [{ id: channel.id }],
      options: [{ title: "Size", values: ["S", "M"] }],
      variants: ["S", "M"].map((size) => ({
        title: size, sku: `${title}-${size}-${mark}`, manage_inventory: true, options: { Size: size }, prices: [{ currency_code: "eur", amount }] })),
    }, { fields: "id,title,variants.id,variants.title,variants.inventory_items.inventory_item_id" })
    for (const variant of product.variants) {
      await admin.inventoryItem.batchUpdateLevels(variant.inventory_items[0].inventory_item_id, { create: [{ location_id: location.id, stocked_quantity: 10 }] })
    }
    products.push(product)
  }
  await admin.promotion.create({
    code: `TEN${mark}`, type: "standard", status: "active", is_automatic: false,
    application_method: { type: "percentage", value: 10, target_type: "items", allocation: "across" } })
  return { admin, region, taxRegion, products, key: key.token, code: `TEN${mark}` }
}

const address = { first_name: "Ada", last_name: "Lovelace", address_1: "1 Main Street", city: "Vatican City", country_code: "va", postal_code: "00120", phone: "1" }
const plain = (value) => JSON.parse(JSON.stringify(value).replaceAll(mark, "MARK"))

async function buy(sdk, shop, { code, email }) {
  const { products } = await sdk.store.product.list({ region_id: shop.region.id, fields: "id,title,variants.id,variants.title,*variants.calculated_price,+variants.inventory_quantity", order: "title" })
  const prices = products.flatMap((p) => p.variants.map((v) => [p.title, v.title, v.calculated_price.calculated_amount, v.calculated_price.currency_code, v.inventory_quantity]))
  let { cart } = await sdk.store.cart.create({ region_id: shop.region.id })
  const variant = (title, size) => products.find((p) => p.title.startsWith(title)).variants.find((v) => v.title === size).id
  await sdk.store.cart.createLineItem(cart.id, { variant_id: variant("T-Shirt", "M"), quantity: 2 })
  ;({ cart } = await sdk.store.cart.createLineItem(cart.id, { variant_id: variant("Mug", "S"), quantity: 1 }))
  const lines = cart.items.length
  await sdk.store.cart.update(cart.id, { ...(email ? { email } : {}), shipping_address: address, billing_address: address })
  const { shipping_options: options } = await sdk.store.fulfillment.listCartOptions({ cart_id: cart.id })
  await sdk.store.cart.addShippingMethod(cart.id, { option_id: options[0].id })
  if (code) await sdk.store.cart.update(cart.id, { promo_codes: [code] })
  ;({ cart } = await sdk.store.cart.retrieve(cart.id))
  const { payment_providers: providers } = await sdk.store.payment.listPaymentProviders({ region_id: shop.region.id })
  await sdk.store.payment.initiatePaymentSession(cart, { provider_id: providers[0].id })
  const answer = await sdk.store.cart.complete(cart.id)
  if (answer.type !== "order") throw new Error(`the cart did not become an order: ${JSON.stringify(answer)}`)
  const { order } = await sdk.store.order.retrieve(answer.order.id)
  return { prices, lines, options: options.map((o) => [o.name, o.amount]), providers: providers.map((p) => p.id), cart: figures(cart), order: figures(order), id: order.id }
}

const totals = (value) => Object.fromEntries(Object.entries(value).filter(([name, v]) => name.endsWith("total") && typeof v === "number").sort())
function figures(order) {
  return {
    currency_code: order.currency_code, email: order.email, ...totals(order),
    items: order.items.map((i) => ({
      title: i.title, product: i.product_title, sku: i.variant_sku, quantity: i.quantity, unit_price: i.unit_price, ...totals(i),
      tax_lines: i.tax_lines.map((t) => [t.code, t.rate]), adjustments: i.adjustments.map((a) => [a.code, a.amount]) })).sort((a, b) => (a.sku < b.sku ? -1 : 1)),
    shipping_methods: order.shipping_methods.map((m) => ({ name: m.name, amount: m.amount, ...totals(m), tax_lines: m.tax_lines.map((t) => [t.code, t.rate]) })).sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}

const shop = await makeShop()
try {
  const guest = await buy(client(shop.key), shop, { email: `guest-${mark}@example.com` })

  const sdk = client(shop.key)
  const login = { email: `ada-${mark}@example.com`, password: "supersecret" }
  await sdk.auth.register("customer", "emailpass", login)
  const { customer } = await sdk.store.customer.create({ email: login.email, first_name: "Ada", last_name: "Lovelace" })
  await sdk.auth.login("customer", "emailpass", login)
  const { customer: me } = await sdk.store.customer.retrieve()
  const member = await buy(sdk, shop, { code: shop.code })
  const { orders: own } = await sdk.store.order.list()

  const { order: seen } = await shop.admin.order.retrieve(member.id, { fields: "id,email,status,payment_status,fulfillment_status,total,*customer,*items" })
  const report = {
    guest, member, me: [me.email, me.first_name, me.id === customer.id], own: own.map((o) => o.id === member.id),
    admin: { email: seen.email, status: seen.status, payment_status: seen.payment_status, fulfillment_status: seen.fulfillment_status, total: seen.total, customer: seen.customer.email, items: seen.items.length },
  }
  delete guest.id
  delete member.id
  console.log(JSON.stringify(plain(report), null, 1))
} finally {
  await shop.admin.taxRegion.delete(shop.taxRegion.id)
  await shop.admin.region.delete(shop.region.id)
}
