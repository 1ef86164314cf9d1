// Init data as Telegram has made them, with the fields it had signed then: nothing in here was computed by this project.

/** Of a bot of the test environment: signed with Telegram's test key, and with a token that nobody here knows. */
export const TEST_ENVIRONMENT = {
  botId: "2201403107",
  userId: 5_001_146_408,
  authDate: new Date(1_759_930_604_000),
  initData:
    "user=%7B%22id%22%3A5001146408%2C%22first_name%22%3A%22H%22%2C%22last_name%22%3A%22Test%22%2C%22language_code%22%3A" +
    "%22en%22%2C%22allows_write_to_pm%22%3Atrue%2C%22photo_url%22%3A%22https%3A%5C%2F%5C%2Fa-ttgme.stel.com%5C%2Fi%5C%2F" +
    "userpic%5C%2F320%5C%2FOhOF3_f4QY8PWlRZI2aG2sy66VMZw_ys9efvhvle_eCWj2zP8Vbb6pLs5d1Lij1w.svg%22%7D" +
    "&chat_instance=3909909964740758046&chat_type=sender&auth_date=1759930604" +
    "&signature=i8jsEp2yuO2tlldICxBscMG3xX-zUPznGZVsDNy0tz9GRVx9vxBWjTEt4BSMSa42TaOO0r2yGWBN0a1v9bVRAg" +
    "&hash=1582635705fd71ffb8bee16062f38965550b5d9a4f85f387b2ea72067c57d45a",
} as const;

/** Of a bot of the production environment whose key, derived from its token, is published with it. */
export const PRODUCTION = {
  botId: "7342037359",
  webAppKey: "c0881d6d547967540dcb06d7378a2c2b2c79a8f915ae70a4a37a8a04de0da32b",
  userId: 279_058_397,
  authDate: new Date(1_733_584_787_000),
  initData:
    "user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%20%2B%20-%20%3F%20%5C%2F%22%2C%22last_name%22%3A" +
    "%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%2C" +
    "%22allows_write_to_pm%22%3Atrue%2C%22photo_url%22%3A%22https%3A%5C%2F%5C%2Ft.me%5C%2Fi%5C%2Fuserpic%5C%2F320%5C%2F" +
    "4FPEE4tmP3ATHa57u6MqTDih13LTOiMoKoLDRG4PnSA.svg%22%7D" +
    "&chat_instance=8134722200314281151&chat_type=private&auth_date=1733584787" +
    "&signature=zL-ucjNyREiHDE8aihFwpfR9aggP2xiAo3NSpfe-p7IbCisNlDKlo7Kb6G4D0Ao2mBrSgEk4maLSdv6MLIlADQ" +
    "&hash=2174df5b000556d044f3f020384e879c8efcab55ddea2ced4eb752e93e7080d6",
} as const;
