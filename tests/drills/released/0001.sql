BEGIN TRANSACTION;
CREATE TABLE absence (
	id VARCHAR(32) NOT NULL, 
	technician_id VARCHAR(32) NOT NULL, 
	kind VARCHAR(8) NOT NULL, 
	start DATETIME NOT NULL, 
	"end" DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_absence PRIMARY KEY (id), 
	CONSTRAINT ck_absence_order CHECK ("end" IS NULL OR "end" >= start)
);
CREATE TABLE account (
	id VARCHAR(32) NOT NULL, 
	data_key BLOB NOT NULL, 
	login_index VARCHAR(64) NOT NULL, 
	login_sealed BLOB NOT NULL, 
	name_sealed BLOB NOT NULL, 
	roles JSON NOT NULL, 
	technician_id VARCHAR(32), 
	active BOOLEAN NOT NULL, 
	password_hash VARCHAR, 
	password_set_at DATETIME, 
	must_change_password BOOLEAN NOT NULL, 
	pin_hash VARCHAR, 
	totp_sealed BLOB, 
	totp_confirmed BOOLEAN NOT NULL, 
	email_sealed BLOB, 
	totp_last_step INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_account PRIMARY KEY (id), 
	CONSTRAINT uq_account_store_id_login_index UNIQUE (store_id, login_index)
);
CREATE TABLE account_password (
	id VARCHAR(32) NOT NULL, 
	account_id VARCHAR(32) NOT NULL, 
	hash VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_account_password PRIMARY KEY (id)
);
CREATE TABLE alarm (
	id VARCHAR(32) NOT NULL, 
	rule VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	count INTEGER NOT NULL, 
	minutes INTEGER NOT NULL, 
	at_seq INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	closed_at DATETIME, 
	closed_by VARCHAR, 
	closing_note VARCHAR NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_alarm PRIMARY KEY (id)
);
CREATE TABLE alarm_limit (
	store_id VARCHAR(32) NOT NULL, 
	rule VARCHAR NOT NULL, 
	is_on BOOLEAN NOT NULL, 
	count INTEGER NOT NULL, 
	minutes INTEGER NOT NULL, 
	CONSTRAINT pk_alarm_limit PRIMARY KEY (store_id, rule)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE allergy_acknowledged (
	item_id VARCHAR(32) NOT NULL, 
	actor_id VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_allergy_acknowledged PRIMARY KEY (item_id)
);
CREATE TABLE approval (
	id VARCHAR(32) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	customer_id VARCHAR(32), 
	reason VARCHAR(16) NOT NULL, 
	asked_kind VARCHAR(9) NOT NULL, 
	asked_by VARCHAR NOT NULL, 
	asked_at DATETIME NOT NULL, 
	expires_at DATETIME, 
	state VARCHAR(9) NOT NULL, 
	decided_by VARCHAR, 
	decided_at DATETIME, 
	usable_until DATETIME, 
	done_at DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_approval PRIMARY KEY (id)
);
CREATE TABLE assignment (
	id VARCHAR(32) NOT NULL, 
	item_id VARCHAR(32) NOT NULL, 
	ordinal INTEGER NOT NULL, 
	booking_id VARCHAR(32) NOT NULL, 
	technician_id VARCHAR(32), 
	place_id VARCHAR(32), 
	start DATETIME NOT NULL, 
	"end" DATETIME NOT NULL, 
	place_until DATETIME NOT NULL, 
	pinned BOOLEAN NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_assignment PRIMARY KEY (id), 
	CONSTRAINT ck_assignment_order CHECK ("end" > start AND place_until >= "end"), 
	CONSTRAINT uq_assignment_item_id_ordinal UNIQUE (item_id, ordinal)
);
CREATE TABLE audit_anchor (
	store_id VARCHAR(32) NOT NULL, 
	"key" VARCHAR(16) NOT NULL, 
	n INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	line VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_audit_anchor PRIMARY KEY (store_id, "key", n)
);
CREATE TABLE audit_verification (
	store_id VARCHAR(32) NOT NULL, 
	n INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	rows INTEGER NOT NULL, 
	anchors INTEGER NOT NULL, 
	fault VARCHAR, 
	at_seq INTEGER, 
	anchor INTEGER, 
	CONSTRAINT pk_audit_verification PRIMARY KEY (store_id, n)
);
CREATE TABLE booking (
	id VARCHAR(32) NOT NULL, 
	customer_id VARCHAR(32), 
	state VARCHAR(24) NOT NULL, 
	source VARCHAR(8) NOT NULL, 
	booked_start DATETIME NOT NULL, 
	start_known BOOLEAN NOT NULL, 
	note_sealed BLOB, 
	party_id VARCHAR(32), 
	hold_expires_at DATETIME, 
	held_by VARCHAR, 
	moves INTEGER NOT NULL, 
	made_at DATETIME NOT NULL, 
	made_seq INTEGER NOT NULL, 
	ended_at DATETIME, 
	natural_key VARCHAR, 
	link_key VARCHAR(16) NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_booking PRIMARY KEY (id), 
	CONSTRAINT uq_booking_store_id_natural_key UNIQUE (store_id, natural_key)
);
CREATE TABLE booking_item (
	id VARCHAR(32) NOT NULL, 
	booking_id VARCHAR(32) NOT NULL, 
	ordinal INTEGER NOT NULL, 
	service_id VARCHAR(32) NOT NULL, 
	requested VARCHAR(8) NOT NULL, 
	requested_technician_id VARCHAR(32), 
	added_on_floor BOOLEAN NOT NULL, 
	cancelled BOOLEAN NOT NULL, 
	natural_key VARCHAR, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_booking_item PRIMARY KEY (id), 
	CONSTRAINT uq_booking_item_booking_id_ordinal UNIQUE (booking_id, ordinal), 
	CONSTRAINT uq_booking_item_store_id_natural_key UNIQUE (store_id, natural_key)
);
CREATE TABLE closed_day (
	store_id VARCHAR(32) NOT NULL, 
	date DATE NOT NULL, 
	name_zh VARCHAR NOT NULL, 
	name_en VARCHAR NOT NULL, 
	CONSTRAINT pk_closed_day PRIMARY KEY (store_id, date)
);
CREATE TABLE closure (
	id VARCHAR(32) NOT NULL, 
	place_id VARCHAR(32) NOT NULL, 
	start DATETIME NOT NULL, 
	"end" DATETIME, 
	reason VARCHAR NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_closure PRIMARY KEY (id), 
	CONSTRAINT ck_closure_order CHECK ("end" IS NULL OR "end" >= start)
);
CREATE TABLE command_answer (
	store_id VARCHAR(32) NOT NULL, 
	command_id VARCHAR NOT NULL, 
	actor VARCHAR NOT NULL, 
	command VARCHAR NOT NULL, 
	body_hash VARCHAR(64) NOT NULL, 
	seq INTEGER NOT NULL, 
	answer JSON, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_command_answer PRIMARY KEY (store_id, command_id)
);
INSERT INTO "command_answer" VALUES('d065e13bcc824bb9880642204e2db0a7','c4e047ff2aa84e97bc2fae576304b7bb','staff:00000000000000000000000000000000','catalog.put_skill','89c13ad5eb86815166c9bc1ab0ec553199921e0847573aa8ed46a4077f8c8dba',1,'{}','2026-11-23 11:36:41.762450');
INSERT INTO "command_answer" VALUES('d065e13bcc824bb9880642204e2db0a7','50cde1b3a43541c985438cc63d81645d','staff:00000000000000000000000000000000','catalog.put_place_kind','a88c80d0ea8370776c583efd6f541e70a97497d7bddc407da00a705c5a5b277b',2,'{}','2026-11-23 11:36:41.778589');
INSERT INTO "command_answer" VALUES('d065e13bcc824bb9880642204e2db0a7','ea343bd6e4f845fa8248b67fe4047490','staff:00000000000000000000000000000000','team.put_technician','3f2ac6113d73bf0ff6973ac46b5f89ef1f4df7ab0bd7126fc75998972a4578ee',3,'{"technician_id": "cfd0a4a4590f49e6a26c691480569dc8"}','2026-11-23 11:36:41.788995');
INSERT INTO "command_answer" VALUES('d065e13bcc824bb9880642204e2db0a7','a61b51cc4bf64591ad8a0fab16b655a2','staff:00000000000000000000000000000000','bookings.put_customer','5dd9ba52ce2c3d64d4ffc8be827908b7c24ddffecac17441b5855a1366397bfe',4,'{"customer_id": "aefde4fc3b46481fa9c38b692a8d293e", "new": true}','2026-11-23 11:36:41.807167');
CREATE TABLE consent (
	customer_id VARCHAR(32) NOT NULL, 
	purpose VARCHAR(32) NOT NULL, 
	given_at DATETIME NOT NULL, 
	withdrawn_at DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_consent PRIMARY KEY (customer_id, purpose)
);
CREATE TABLE contact_code (
	id VARCHAR(32) NOT NULL, 
	purpose VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	token_hash VARCHAR(64) NOT NULL, 
	target_indexes JSON NOT NULL, 
	customer_id VARCHAR(32), 
	address_sealed BLOB, 
	account_id VARCHAR(32), 
	mailbox_sealed BLOB, 
	language VARCHAR NOT NULL, 
	tries INTEGER NOT NULL, 
	expires_at DATETIME NOT NULL, 
	proved_at DATETIME, 
	used_at DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_contact_code PRIMARY KEY (id)
);
CREATE TABLE customer (
	id VARCHAR(32) NOT NULL, 
	data_key BLOB, 
	name_sealed BLOB, 
	phone_sealed BLOB, 
	phone_index VARCHAR(64), 
	email_sealed BLOB, 
	email_index VARCHAR(64), 
	title VARCHAR(4) NOT NULL, 
	gender VARCHAR(5), 
	language VARCHAR(2) NOT NULL, 
	tier VARCHAR(8) NOT NULL, 
	note_sealed BLOB, 
	allergy_sealed BLOB, 
	natural_key VARCHAR, 
	made_at DATETIME NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_customer PRIMARY KEY (id), 
	CONSTRAINT uq_customer_store_id_natural_key UNIQUE (store_id, natural_key)
);
INSERT INTO "customer" VALUES('aefde4fc3b46481fa9c38b692a8d293e',X'16FED2898D3C11CD06DA87E0EFF97DB4E92E15C1278EF2CF1B658DAF525B30D22CBF26B011C20D19FC6DED610F740B593293BFD76402FE15E75AD891DF52B1EB',X'A2D254D3096AD542EFF16126886844E6208AFFDC37549A0B7D1E36D962B870085411',NULL,NULL,NULL,NULL,'none',NULL,'zh','none',NULL,NULL,'k1','2026-11-23 11:36:41.807167','d065e13bcc824bb9880642204e2db0a7');
CREATE TABLE device (
	id VARCHAR(32) NOT NULL, 
	kind VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	made_at DATETIME NOT NULL, 
	paired_at DATETIME, 
	revoked_at DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_device PRIMARY KEY (id)
);
CREATE TABLE device_trust (
	store_id VARCHAR(32) NOT NULL, 
	account_id VARCHAR(32) NOT NULL, 
	device_id VARCHAR(32) NOT NULL, 
	since DATETIME NOT NULL, 
	CONSTRAINT pk_device_trust PRIMARY KEY (store_id, account_id, device_id)
);
CREATE TABLE erasure (
	customer_id VARCHAR(32) NOT NULL, 
	at DATETIME NOT NULL, 
	forgotten_at DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_erasure PRIMARY KEY (customer_id)
);
CREATE TABLE event (
	store_id VARCHAR(32) NOT NULL, 
	seq INTEGER NOT NULL, 
	type VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	actor_kind VARCHAR NOT NULL, 
	actor_id VARCHAR NOT NULL, 
	device_id VARCHAR, 
	command VARCHAR NOT NULL, 
	command_id VARCHAR NOT NULL, 
	data JSON NOT NULL, 
	previous VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_event PRIMARY KEY (store_id, seq)
);
INSERT INTO "event" VALUES('d065e13bcc824bb9880642204e2db0a7',1,'catalog.skill_put',1,'2026-11-23 11:36:41.762450','staff','00000000000000000000000000000000',NULL,'catalog.put_skill','c4e047ff2aa84e97bc2fae576304b7bb','{"code": "hair"}','','859bb9afa2f1fadadce3abd3ad863a697effb8a9ae1eda7d1fbe03e51fcac540');
INSERT INTO "event" VALUES('d065e13bcc824bb9880642204e2db0a7',2,'catalog.place_kind_put',1,'2026-11-23 11:36:41.778589','staff','00000000000000000000000000000000',NULL,'catalog.put_place_kind','50cde1b3a43541c985438cc63d81645d','{"code": "chair"}','859bb9afa2f1fadadce3abd3ad863a697effb8a9ae1eda7d1fbe03e51fcac540','3dd13a34f03370678d8e74ec3a4587a73bd2507eb4fdb93d3e97f31a3a9e9371');
INSERT INTO "event" VALUES('d065e13bcc824bb9880642204e2db0a7',3,'team.technician_put',1,'2026-11-23 11:36:41.788995','staff','00000000000000000000000000000000',NULL,'team.put_technician','ea343bd6e4f845fa8248b67fe4047490','{"technician_id": "cfd0a4a4590f49e6a26c691480569dc8"}','3dd13a34f03370678d8e74ec3a4587a73bd2507eb4fdb93d3e97f31a3a9e9371','64888036722d7e62b0f2e908d4b2b2e3a6e10d76b22538a4d342342aeb4cc44c');
INSERT INTO "event" VALUES('d065e13bcc824bb9880642204e2db0a7',4,'bookings.customer_put',1,'2026-11-23 11:36:41.807167','staff','00000000000000000000000000000000',NULL,'bookings.put_customer','a61b51cc4bf64591ad8a0fab16b655a2','{"customer_id": "aefde4fc3b46481fa9c38b692a8d293e"}','64888036722d7e62b0f2e908d4b2b2e3a6e10d76b22538a4d342342aeb4cc44c','c6698fab381b104ad83625989fed5a75b1d94362a2762fd9a3968e340e2bf81f');
CREATE TABLE follower_cursor (
	store_id VARCHAR(32) NOT NULL, 
	follower VARCHAR NOT NULL, 
	seq INTEGER NOT NULL, 
	CONSTRAINT pk_follower_cursor PRIMARY KEY (store_id, follower)
);
CREATE TABLE help_request (
	id VARCHAR(32) NOT NULL, 
	kind VARCHAR(8) NOT NULL, 
	technician_id VARCHAR(32), 
	place_id VARCHAR(32), 
	booking_id VARCHAR(32), 
	asked_at DATETIME NOT NULL, 
	answered_at DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_help_request PRIMARY KEY (id)
);
CREATE TABLE job_run (
	store_id VARCHAR(32) NOT NULL, 
	job VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_job_run PRIMARY KEY (store_id, job)
);
CREATE TABLE journal (
	store_id VARCHAR(32) NOT NULL, 
	command_id VARCHAR NOT NULL, 
	ordinal INTEGER NOT NULL, 
	"table" VARCHAR NOT NULL, 
	pk JSON NOT NULL, 
	"before" JSON, 
	"after" JSON, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_journal PRIMARY KEY (store_id, command_id, ordinal)
);
CREATE TABLE kept_row (
	id VARCHAR(32) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	natural_key VARCHAR NOT NULL, 
	file VARCHAR NOT NULL, 
	line INTEGER NOT NULL, 
	raw JSON NOT NULL, 
	kept_at DATETIME NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_kept_row PRIMARY KEY (id), 
	CONSTRAINT uq_kept_row_store_id_natural_key UNIQUE (store_id, natural_key)
);
CREATE TABLE key_rotation (
	id VARCHAR(32) NOT NULL, 
	generation VARCHAR(8) NOT NULL, 
	begun_at DATETIME NOT NULL, 
	place VARCHAR NOT NULL, 
	renewed INTEGER NOT NULL, 
	finished_at DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_key_rotation PRIMARY KEY (id)
);
CREATE TABLE kiosk_session (
	device VARCHAR(64) NOT NULL, 
	token VARCHAR(32), 
	data_key BLOB, 
	state_sealed BLOB, 
	touched_at DATETIME NOT NULL, 
	failures JSON NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_kiosk_session PRIMARY KEY (device)
);
CREATE TABLE lateness (
	booking_id VARCHAR(32) NOT NULL, 
	until DATETIME NOT NULL, 
	said_at DATETIME NOT NULL, 
	said_by VARCHAR(16) NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_lateness PRIMARY KEY (booking_id)
);
CREATE TABLE message_outbox (
	id VARCHAR(32) NOT NULL, 
	channel VARCHAR NOT NULL, 
	sealed BLOB, 
	made_at DATETIME NOT NULL, 
	next_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	tries INTEGER NOT NULL, 
	last_error VARCHAR NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_message_outbox PRIMARY KEY (id)
);
CREATE TABLE no_show_notice (
	booking_id VARCHAR(32) NOT NULL, 
	at DATETIME NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_no_show_notice PRIMARY KEY (booking_id)
);
CREATE TABLE one_time_link (
	id VARCHAR(32) NOT NULL, 
	token_hash VARCHAR(64) NOT NULL, 
	screen VARCHAR NOT NULL, 
	"to" VARCHAR NOT NULL, 
	account_id VARCHAR(32), 
	device_kind VARCHAR, 
	device_name VARCHAR, 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_one_time_link PRIMARY KEY (id)
);
CREATE TABLE opening_hours (
	store_id VARCHAR(32) NOT NULL, 
	weekday INTEGER NOT NULL, 
	opens VARCHAR(5) NOT NULL, 
	closes VARCHAR(5) NOT NULL, 
	CONSTRAINT pk_opening_hours PRIMARY KEY (store_id, weekday)
);
CREATE TABLE pairing (
	id VARCHAR(32) NOT NULL, 
	device_id VARCHAR(32) NOT NULL, 
	code_hash VARCHAR(64) NOT NULL, 
	token_hash VARCHAR(64) NOT NULL, 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_pairing PRIMARY KEY (id)
);
CREATE TABLE passkey (
	id VARCHAR(32) NOT NULL, 
	account_id VARCHAR(32) NOT NULL, 
	name_sealed BLOB NOT NULL, 
	credential_id BLOB NOT NULL, 
	public_key BLOB NOT NULL, 
	rp_id VARCHAR NOT NULL, 
	sign_count INTEGER NOT NULL, 
	backed_up BOOLEAN NOT NULL, 
	added_at DATETIME NOT NULL, 
	used_at DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_passkey PRIMARY KEY (id), 
	CONSTRAINT uq_passkey_store_id_credential_id UNIQUE (store_id, credential_id)
);
CREATE TABLE passkey_challenge (
	id VARCHAR(32) NOT NULL, 
	challenge_hash VARCHAR(64) NOT NULL, 
	purpose VARCHAR NOT NULL, 
	account_id VARCHAR(32), 
	rp_id VARCHAR NOT NULL, 
	origin VARCHAR NOT NULL, 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_passkey_challenge PRIMARY KEY (id)
);
CREATE TABLE phase_run (
	id VARCHAR(32) NOT NULL, 
	visit_id VARCHAR(32) NOT NULL, 
	booking_id VARCHAR(32) NOT NULL, 
	item_id VARCHAR(32) NOT NULL, 
	ordinal INTEGER NOT NULL, 
	technician_id VARCHAR(32), 
	place_id VARCHAR(32), 
	state VARCHAR(8) NOT NULL, 
	started_at DATETIME NOT NULL, 
	expected_end DATETIME NOT NULL, 
	ended_at DATETIME, 
	extended_minutes INTEGER NOT NULL, 
	overrun_noticed_at DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_phase_run PRIMARY KEY (id), 
	CONSTRAINT fk_phase_run_visit_id FOREIGN KEY(visit_id) REFERENCES visit (id), 
	CONSTRAINT uq_phase_run_item_id_ordinal UNIQUE (item_id, ordinal)
);
CREATE TABLE place (
	id VARCHAR(32) NOT NULL, 
	code VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	name_zh VARCHAR NOT NULL, 
	name_en VARCHAR NOT NULL, 
	ordinal INTEGER NOT NULL, 
	active BOOLEAN NOT NULL, 
	condition VARCHAR(8) NOT NULL, 
	condition_since DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_place PRIMARY KEY (id), 
	CONSTRAINT uq_place_store_id_code UNIQUE (store_id, code)
);
CREATE TABLE place_kind (
	store_id VARCHAR(32) NOT NULL, 
	code VARCHAR NOT NULL, 
	name_zh VARCHAR NOT NULL, 
	name_en VARCHAR NOT NULL, 
	clean_minutes INTEGER NOT NULL, 
	ordinal INTEGER NOT NULL, 
	CONSTRAINT pk_place_kind PRIMARY KEY (store_id, code)
);
INSERT INTO "place_kind" VALUES('d065e13bcc824bb9880642204e2db0a7','chair','chair','chair',5,0);
CREATE TABLE "plan" (
	id VARCHAR(32) NOT NULL, 
	number INTEGER NOT NULL, 
	date DATE NOT NULL, 
	at DATETIME NOT NULL, 
	author VARCHAR(8) NOT NULL, 
	reason JSON, 
	causes JSON NOT NULL, 
	premises_seq INTEGER NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	objective JSON NOT NULL, 
	gap DOUBLE, 
	seconds DOUBLE NOT NULL, 
	command_id VARCHAR NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_plan PRIMARY KEY (id), 
	CONSTRAINT uq_plan_store_id_number UNIQUE (store_id, number)
);
CREATE TABLE plan_move (
	id VARCHAR(32) NOT NULL, 
	plan_number INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	booking_id VARCHAR(32) NOT NULL, 
	item_id VARCHAR(32) NOT NULL, 
	phase INTEGER NOT NULL, 
	before_start DATETIME, 
	after_start DATETIME, 
	before_technician_id VARCHAR(32), 
	after_technician_id VARCHAR(32), 
	before_place_id VARCHAR(32), 
	after_place_id VARCHAR(32), 
	reason JSON NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_plan_move PRIMARY KEY (id)
);
CREATE TABLE promise (
	booking_id VARCHAR(32) NOT NULL, 
	start DATETIME NOT NULL, 
	"end" DATETIME NOT NULL, 
	odds INTEGER NOT NULL, 
	made_at DATETIME NOT NULL, 
	told JSON NOT NULL, 
	broken BOOLEAN NOT NULL, 
	kept BOOLEAN, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_promise PRIMARY KEY (booking_id)
);
CREATE TABLE recovery_code (
	id VARCHAR(32) NOT NULL, 
	account_id VARCHAR(32) NOT NULL, 
	code_hash VARCHAR(64) NOT NULL, 
	used_at DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_recovery_code PRIMARY KEY (id)
);
CREATE TABLE role_grant (
	store_id VARCHAR(32) NOT NULL, 
	role VARCHAR NOT NULL, 
	permission VARCHAR NOT NULL, 
	allowed BOOLEAN NOT NULL, 
	CONSTRAINT pk_role_grant PRIMARY KEY (store_id, role, permission)
);
CREATE TABLE sensitive_view (
	id VARCHAR(32) NOT NULL, 
	at DATETIME NOT NULL, 
	actor_kind VARCHAR(9) NOT NULL, 
	actor_id VARCHAR NOT NULL, 
	roles JSON NOT NULL, 
	device_id VARCHAR, 
	customer_id VARCHAR(32), 
	what VARCHAR(16) NOT NULL, 
	reason VARCHAR(16) NOT NULL, 
	note_sealed BLOB, 
	count INTEGER NOT NULL, 
	approval_id VARCHAR(32), 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_sensitive_view PRIMARY KEY (id)
);
CREATE TABLE service (
	id VARCHAR(32) NOT NULL, 
	code VARCHAR NOT NULL, 
	name_zh VARCHAR NOT NULL, 
	name_en VARCHAR NOT NULL, 
	category_zh VARCHAR NOT NULL, 
	category_en VARCHAR NOT NULL, 
	price_minor INTEGER NOT NULL, 
	bookable_online BOOLEAN NOT NULL, 
	active BOOLEAN NOT NULL, 
	ordinal INTEGER NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_service PRIMARY KEY (id), 
	CONSTRAINT ck_service_price CHECK (price_minor >= 0), 
	CONSTRAINT uq_service_store_id_code UNIQUE (store_id, code)
);
CREATE TABLE service_phase (
	service_id VARCHAR(32) NOT NULL, 
	ordinal INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	minutes INTEGER NOT NULL, 
	place_kind VARCHAR, 
	skill VARCHAR, 
	min_level INTEGER NOT NULL, 
	max_gap_minutes INTEGER NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_service_phase PRIMARY KEY (service_id, ordinal), 
	CONSTRAINT ck_service_phase_minutes CHECK (minutes > 0)
);
CREATE TABLE session (
	id VARCHAR(32) NOT NULL, 
	token_hash VARCHAR(64) NOT NULL, 
	actor_kind VARCHAR NOT NULL, 
	actor_id VARCHAR NOT NULL, 
	roles JSON NOT NULL, 
	device_id VARCHAR, 
	subject VARCHAR, 
	opened_at DATETIME NOT NULL, 
	used_at DATETIME NOT NULL, 
	ends_at DATETIME NOT NULL, 
	idle_seconds INTEGER, 
	revoked_at DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_session PRIMARY KEY (id), 
	CONSTRAINT uq_session_token_hash UNIQUE (token_hash)
);
CREATE TABLE shift (
	id VARCHAR(32) NOT NULL, 
	technician_id VARCHAR(32) NOT NULL, 
	date DATE NOT NULL, 
	start DATETIME NOT NULL, 
	"end" DATETIME NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_shift PRIMARY KEY (id), 
	CONSTRAINT ck_shift_order CHECK ("end" > start)
);
CREATE TABLE sign_in_attempt (
	id VARCHAR(32) NOT NULL, 
	bucket VARCHAR(64) NOT NULL, 
	at DATETIME NOT NULL, 
	state VARCHAR NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_sign_in_attempt PRIMARY KEY (id)
);
CREATE TABLE sign_in_step (
	id VARCHAR(32) NOT NULL, 
	token_hash VARCHAR(64) NOT NULL, 
	account_id VARCHAR(32) NOT NULL, 
	needs VARCHAR NOT NULL, 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_sign_in_step PRIMARY KEY (id)
);
CREATE TABLE skill (
	store_id VARCHAR(32) NOT NULL, 
	code VARCHAR NOT NULL, 
	name_zh VARCHAR NOT NULL, 
	name_en VARCHAR NOT NULL, 
	CONSTRAINT pk_skill PRIMARY KEY (store_id, code)
);
INSERT INTO "skill" VALUES('d065e13bcc824bb9880642204e2db0a7','hair','hair','hair');
CREATE TABLE store (
	id VARCHAR(32) NOT NULL, 
	name_zh VARCHAR NOT NULL, 
	name_en VARCHAR NOT NULL, 
	zone VARCHAR NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	country VARCHAR(2) NOT NULL, 
	language VARCHAR(2) NOT NULL, 
	settings JSON NOT NULL, 
	epoch VARCHAR(32) NOT NULL, 
	seq INTEGER NOT NULL, 
	head VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_store PRIMARY KEY (id)
);
INSERT INTO "store" VALUES('d065e13bcc824bb9880642204e2db0a7','青瓷','Celadon','Asia/Shanghai','CNY','CN','zh','{}','453ad0d1c7984425837b300bf8bc36b1',4,'c6698fab381b104ad83625989fed5a75b1d94362a2762fd9a3968e340e2bf81f');
CREATE TABLE technician (
	id VARCHAR(32) NOT NULL, 
	code VARCHAR NOT NULL, 
	name_zh VARCHAR NOT NULL, 
	name_en VARCHAR NOT NULL, 
	gender VARCHAR(5), 
	active BOOLEAN NOT NULL, 
	ordinal INTEGER NOT NULL, 
	data_key BLOB, 
	phone_sealed BLOB, 
	email_sealed BLOB, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_technician PRIMARY KEY (id), 
	CONSTRAINT uq_technician_store_id_code UNIQUE (store_id, code)
);
INSERT INTO "technician" VALUES('cfd0a4a4590f49e6a26c691480569dc8','li','li','li','woman',1,0,X'16FED289ABA58231F865C2FFB542E654DB890D19B15B36B92C98C619276722D0D439B4F0CA1B77FC9B1F1151C0F96C4132496E7D4D3352BEBBC8921054DEFF84',NULL,NULL,'d065e13bcc824bb9880642204e2db0a7');
CREATE TABLE technician_skill (
	technician_id VARCHAR(32) NOT NULL, 
	skill VARCHAR NOT NULL, 
	level INTEGER NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_technician_skill PRIMARY KEY (technician_id, skill), 
	CONSTRAINT ck_technician_skill_level CHECK (level BETWEEN 1 AND 5)
);
INSERT INTO "technician_skill" VALUES('cfd0a4a4590f49e6a26c691480569dc8','hair',3,'d065e13bcc824bb9880642204e2db0a7');
CREATE TABLE turn (
	technician_id VARCHAR(32) NOT NULL, 
	date DATE NOT NULL, 
	rank INTEGER NOT NULL, 
	turns_taken INTEGER NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_turn PRIMARY KEY (technician_id, date)
);
CREATE TABLE visit (
	id VARCHAR(32) NOT NULL, 
	booking_id VARCHAR(32) NOT NULL, 
	customer_id VARCHAR(32), 
	state VARCHAR(16) NOT NULL, 
	code_date DATE NOT NULL, 
	code_color VARCHAR(16) NOT NULL, 
	code_number INTEGER NOT NULL, 
	arrived_at DATETIME NOT NULL, 
	called_at DATETIME, 
	call_count INTEGER NOT NULL, 
	called_place_id VARCHAR(32), 
	paused BOOLEAN NOT NULL, 
	left_at DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_visit PRIMARY KEY (id), 
	CONSTRAINT uq_visit_booking_id UNIQUE (booking_id), 
	CONSTRAINT uq_visit_store_id_code_date_code_color_code_number UNIQUE (store_id, code_date, code_color, code_number)
);
CREATE TABLE visit_call (
	id VARCHAR(32) NOT NULL, 
	visit_id VARCHAR(32) NOT NULL, 
	place_id VARCHAR(32), 
	technician_id VARCHAR(32), 
	at DATETIME NOT NULL, 
	count INTEGER NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_visit_call PRIMARY KEY (id), 
	CONSTRAINT fk_visit_call_visit_id FOREIGN KEY(visit_id) REFERENCES visit (id)
);
CREATE TABLE waitlist_entry (
	id VARCHAR(32) NOT NULL, 
	customer_id VARCHAR(32) NOT NULL, 
	services JSON NOT NULL, 
	date_from DATE NOT NULL, 
	date_to DATE NOT NULL, 
	time_from VARCHAR(5), 
	time_until VARCHAR(5), 
	state VARCHAR(8) NOT NULL, 
	source VARCHAR(8) NOT NULL, 
	joined_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	link_key VARCHAR(16) NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_waitlist_entry PRIMARY KEY (id)
);
CREATE TABLE waitlist_gap (
	id VARCHAR(32) NOT NULL, 
	cause VARCHAR(9) NOT NULL, 
	booking_id VARCHAR(32), 
	start DATETIME NOT NULL, 
	"end" DATETIME NOT NULL, 
	technician_ids JSON NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	opened_at DATETIME NOT NULL, 
	try_at DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_waitlist_gap PRIMARY KEY (id)
);
CREATE TABLE waitlist_offer (
	id VARCHAR(32) NOT NULL, 
	gap_id VARCHAR(32) NOT NULL, 
	entry_id VARCHAR(32) NOT NULL, 
	booking_id VARCHAR(32) NOT NULL, 
	start DATETIME NOT NULL, 
	"end" DATETIME NOT NULL, 
	state VARCHAR(9) NOT NULL, 
	reason VARCHAR(10), 
	lost_minutes INTEGER NOT NULL, 
	rivals INTEGER NOT NULL, 
	made_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_waitlist_offer PRIMARY KEY (id)
);
CREATE INDEX ix_absence_store_id ON absence (store_id);
CREATE INDEX ix_absence_technician ON absence (technician_id, start);
CREATE INDEX ix_account_store_id ON account (store_id);
CREATE INDEX ix_account_technician_id ON account (technician_id);
CREATE INDEX ix_account_password_account_id ON account_password (account_id);
CREATE INDEX ix_account_password_store_id ON account_password (store_id);
CREATE INDEX ix_alarm_at ON alarm (at);
CREATE INDEX ix_alarm_rule ON alarm (rule);
CREATE INDEX ix_alarm_store_id ON alarm (store_id);
CREATE INDEX ix_allergy_acknowledged_store_id ON allergy_acknowledged (store_id);
CREATE INDEX ix_approval_customer_id ON approval (customer_id);
CREATE INDEX ix_approval_state ON approval (store_id, state);
CREATE INDEX ix_approval_store_id ON approval (store_id);
CREATE INDEX ix_assignment_booking ON assignment (booking_id);
CREATE INDEX ix_assignment_place ON assignment (place_id, start);
CREATE INDEX ix_assignment_start ON assignment (store_id, start);
CREATE INDEX ix_assignment_store_id ON assignment (store_id);
CREATE INDEX ix_assignment_technician ON assignment (technician_id, start);
CREATE INDEX ix_booking_customer ON booking (customer_id);
CREATE INDEX ix_booking_start ON booking (store_id, booked_start);
CREATE INDEX ix_booking_state ON booking (store_id, state);
CREATE INDEX ix_booking_store_id ON booking (store_id);
CREATE INDEX ix_booking_item_store_id ON booking_item (store_id);
CREATE INDEX ix_closure_place ON closure (place_id, start);
CREATE INDEX ix_closure_store_id ON closure (store_id);
CREATE INDEX ix_command_answer_at ON command_answer (at);
CREATE INDEX ix_consent_store_id ON consent (store_id);
CREATE INDEX ix_contact_code_account_id ON contact_code (account_id);
CREATE INDEX ix_contact_code_customer_id ON contact_code (customer_id);
CREATE INDEX ix_contact_code_store_id ON contact_code (store_id);
CREATE INDEX ix_contact_code_token_hash ON contact_code (token_hash);
CREATE INDEX ix_customer_email_index ON customer (store_id, email_index);
CREATE INDEX ix_customer_phone_index ON customer (store_id, phone_index);
CREATE INDEX ix_customer_store_id ON customer (store_id);
CREATE INDEX ix_device_store_id ON device (store_id);
CREATE INDEX ix_erasure_store_id ON erasure (store_id);
CREATE INDEX ix_event_command_id ON event (command_id);
CREATE INDEX ix_event_type ON event (type);
CREATE INDEX ix_help_request_asked_at ON help_request (asked_at);
CREATE INDEX ix_help_request_store_id ON help_request (store_id);
CREATE INDEX ix_journal_at ON journal (at);
CREATE INDEX ix_kept_row_store_id ON kept_row (store_id);
CREATE INDEX ix_key_rotation_store_id ON key_rotation (store_id);
CREATE INDEX ix_kiosk_session_store_id ON kiosk_session (store_id);
CREATE INDEX ix_lateness_store_id ON lateness (store_id);
CREATE INDEX ix_message_outbox_next_at ON message_outbox (next_at);
CREATE INDEX ix_message_outbox_store_id ON message_outbox (store_id);
CREATE INDEX ix_no_show_notice_store_id ON no_show_notice (store_id);
CREATE INDEX ix_one_time_link_account_id ON one_time_link (account_id);
CREATE INDEX ix_one_time_link_store_id ON one_time_link (store_id);
CREATE INDEX ix_one_time_link_token_hash ON one_time_link (token_hash);
CREATE INDEX ix_pairing_code_hash ON pairing (code_hash);
CREATE INDEX ix_pairing_device_id ON pairing (device_id);
CREATE INDEX ix_pairing_store_id ON pairing (store_id);
CREATE INDEX ix_pairing_token_hash ON pairing (token_hash);
CREATE INDEX ix_passkey_account_id ON passkey (account_id);
CREATE INDEX ix_passkey_store_id ON passkey (store_id);
CREATE INDEX ix_passkey_challenge_challenge_hash ON passkey_challenge (challenge_hash);
CREATE INDEX ix_passkey_challenge_store_id ON passkey_challenge (store_id);
CREATE INDEX ix_place_store_id ON place (store_id);
CREATE INDEX ix_plan_command_id ON "plan" (command_id);
CREATE INDEX ix_plan_date ON "plan" (date);
CREATE INDEX ix_plan_store_id ON "plan" (store_id);
CREATE INDEX ix_plan_move_booking_id ON plan_move (booking_id);
CREATE INDEX ix_plan_move_plan_number ON plan_move (plan_number);
CREATE INDEX ix_plan_move_store_id ON plan_move (store_id);
CREATE INDEX ix_promise_start ON promise (start);
CREATE INDEX ix_promise_store_id ON promise (store_id);
CREATE INDEX ix_recovery_code_account_id ON recovery_code (account_id);
CREATE INDEX ix_recovery_code_store_id ON recovery_code (store_id);
CREATE INDEX ix_sensitive_view_at ON sensitive_view (store_id, at);
CREATE INDEX ix_sensitive_view_customer ON sensitive_view (customer_id, at);
CREATE INDEX ix_sensitive_view_store_id ON sensitive_view (store_id);
CREATE INDEX ix_service_store_id ON service (store_id);
CREATE INDEX ix_service_phase_store_id ON service_phase (store_id);
CREATE INDEX ix_session_actor_id ON session (actor_id);
CREATE INDEX ix_session_device_id ON session (device_id);
CREATE INDEX ix_session_store_id ON session (store_id);
CREATE INDEX ix_shift_start ON shift (store_id, start);
CREATE INDEX ix_shift_store_id ON shift (store_id);
CREATE INDEX ix_shift_technician ON shift (technician_id, date);
CREATE INDEX ix_sign_in_attempt_at ON sign_in_attempt (at);
CREATE INDEX ix_sign_in_attempt_bucket ON sign_in_attempt (bucket);
CREATE INDEX ix_sign_in_attempt_store_id ON sign_in_attempt (store_id);
CREATE INDEX ix_sign_in_step_store_id ON sign_in_step (store_id);
CREATE INDEX ix_sign_in_step_token_hash ON sign_in_step (token_hash);
CREATE INDEX ix_technician_store_id ON technician (store_id);
CREATE INDEX ix_technician_skill_store_id ON technician_skill (store_id);
CREATE INDEX ix_turn_store_id ON turn (store_id);
CREATE INDEX ix_visit_arrived_at ON visit (arrived_at);
CREATE INDEX ix_visit_store_id ON visit (store_id);
CREATE INDEX ix_waitlist_entry_customer_id ON waitlist_entry (customer_id);
CREATE INDEX ix_waitlist_entry_state ON waitlist_entry (store_id, state);
CREATE INDEX ix_waitlist_entry_store_id ON waitlist_entry (store_id);
CREATE INDEX ix_waitlist_gap_state ON waitlist_gap (store_id, state);
CREATE INDEX ix_waitlist_gap_store_id ON waitlist_gap (store_id);
CREATE INDEX ix_waitlist_offer_booking_id ON waitlist_offer (booking_id);
CREATE INDEX ix_waitlist_offer_state ON waitlist_offer (store_id, state);
CREATE INDEX ix_waitlist_offer_store_id ON waitlist_offer (store_id);
CREATE UNIQUE INDEX uq_waitlist_offer_of_entry ON waitlist_offer (entry_id) WHERE state = 'running';
CREATE UNIQUE INDEX uq_waitlist_offer_of_gap ON waitlist_offer (gap_id) WHERE state = 'running';
CREATE INDEX ix_phase_run_started_at ON phase_run (started_at);
CREATE INDEX ix_phase_run_store_id ON phase_run (store_id);
CREATE INDEX ix_phase_run_visit_id ON phase_run (visit_id);
CREATE UNIQUE INDEX one_running_per_place ON phase_run (store_id, place_id) WHERE state = 'running';
CREATE UNIQUE INDEX one_running_per_technician ON phase_run (store_id, technician_id) WHERE state = 'running';
CREATE INDEX ix_visit_call_at ON visit_call (at);
CREATE INDEX ix_visit_call_store_id ON visit_call (store_id);
CREATE INDEX ix_visit_call_visit_id ON visit_call (visit_id);
CREATE TRIGGER overlap_technician_insert AFTER INSERT ON assignment WHEN NEW.technician_id IS NOT NULL BEGIN SELECT RAISE(ABORT, 'overlap_technician') FROM assignment AS other WHERE other.technician_id = NEW.technician_id AND other.id <> NEW.id AND other.start < NEW."end" AND other."end" > NEW.start; END;
CREATE TRIGGER overlap_technician_update AFTER UPDATE OF technician_id, start, "end" ON assignment WHEN NEW.technician_id IS NOT NULL BEGIN SELECT RAISE(ABORT, 'overlap_technician') FROM assignment AS other WHERE other.technician_id = NEW.technician_id AND other.id <> NEW.id AND other.start < NEW."end" AND other."end" > NEW.start; END;
CREATE TRIGGER overlap_place_insert AFTER INSERT ON assignment WHEN NEW.place_id IS NOT NULL BEGIN SELECT RAISE(ABORT, 'overlap_place') FROM assignment AS other WHERE other.place_id = NEW.place_id AND other.id <> NEW.id AND other.start < NEW."place_until" AND other."place_until" > NEW.start; END;
CREATE TRIGGER overlap_place_update AFTER UPDATE OF place_id, start, "place_until" ON assignment WHEN NEW.place_id IS NOT NULL BEGIN SELECT RAISE(ABORT, 'overlap_place') FROM assignment AS other WHERE other.place_id = NEW.place_id AND other.id <> NEW.id AND other.start < NEW."place_until" AND other."place_until" > NEW.start; END;
COMMIT;
