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
INSERT INTO "alembic_version" VALUES('0002');
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
INSERT INTO "assignment" VALUES('d0222118b7ad4d678f6652975a0d267b','f3e5b0fa402b4da39727b6fc7c97dcda',0,'dad1f97c469142098033230034ce7573','5dc40aaf3c9b465182ba33eaf43a80e2','38b2943bdf494f66a594e80531986688','2026-11-30 04:00:00.000000','2026-11-30 04:30:00.000000','2026-11-30 04:35:00.000000',0,'784c3a1c10744ab1be3a05fbe995209b');
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
INSERT INTO "booking" VALUES('dad1f97c469142098033230034ce7573','38f3c284df93465194318228dfd7ea36','confirmed','desk','2026-11-30 04:00:00.000000',1,NULL,NULL,NULL,NULL,0,'2026-11-29 15:07:13.943253',15,NULL,NULL,'34d4426d36544551','784c3a1c10744ab1be3a05fbe995209b');
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
INSERT INTO "booking_item" VALUES('f3e5b0fa402b4da39727b6fc7c97dcda','dad1f97c469142098033230034ce7573',0,'c923d5e8c9c449de9642ac31692c2d2b','any',NULL,0,0,NULL,'784c3a1c10744ab1be3a05fbe995209b');
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
INSERT INTO "command_answer" VALUES('784c3a1c10744ab1be3a05fbe995209b','4736ed5e4f3e47d9a4a6c19e0f51736f','staff:00000000000000000000000000000000','catalog.put_skill','d23e76d2ff30d85a46d819ee5f18dd18a3e74f9ec7478e677c0f9b1db64d2cc6',1,'{}','2026-11-29 15:07:13.017552');
INSERT INTO "command_answer" VALUES('784c3a1c10744ab1be3a05fbe995209b','866fb6875a164b72b0aed8ff0f88395a','staff:00000000000000000000000000000000','catalog.put_place_kind','6141d68023cd399a20d556cfb236703e912e1ca1099034e9e28f0b8b119d00fe',2,'{}','2026-11-29 15:07:13.113641');
INSERT INTO "command_answer" VALUES('784c3a1c10744ab1be3a05fbe995209b','bb1da52513c543389597e8f9ef258378','staff:00000000000000000000000000000000','catalog.put_consent_form','8204c9af6e9a05db1505d1e1448ba091f29de522447f830b48de904fd616dfdc',3,'{"version": 1}','2026-11-29 15:07:13.161311');
INSERT INTO "command_answer" VALUES('784c3a1c10744ab1be3a05fbe995209b','0336690f852648f3b0a2afcfdbc0cf01','staff:00000000000000000000000000000000','catalog.put_service','33f66ccbab8e092d32ab086458f4f750b905308d0b6d62a90ceb702b3b471a5f',4,'{"service_id": "c923d5e8c9c449de9642ac31692c2d2b"}','2026-11-29 15:07:13.232859');
INSERT INTO "command_answer" VALUES('784c3a1c10744ab1be3a05fbe995209b','83e109a3dc494aa4a716f37ee175620b','staff:00000000000000000000000000000000','catalog.set_opening_hours','4390c830872fd81fa0b970168a7bc426ab34da02fc9779d33115b0443dbdc119',5,'{}','2026-11-29 15:07:13.400149');
INSERT INTO "command_answer" VALUES('784c3a1c10744ab1be3a05fbe995209b','70d34e8146d941e688020ff1d63d02b3','staff:00000000000000000000000000000000','catalog.set_opening_hours','5c339846409e4e274d4dd91af2eb1b2ba99df040ee98f8f3779d87028a220653',6,'{}','2026-11-29 15:07:13.441882');
INSERT INTO "command_answer" VALUES('784c3a1c10744ab1be3a05fbe995209b','460fe9c197404e43ace17c62687cc918','staff:00000000000000000000000000000000','catalog.set_opening_hours','0ab0f1fc104b5c0589a080a840de82e4dfc6ef99345b47120dc065657d6c9c3d',7,'{}','2026-11-29 15:07:13.487529');
INSERT INTO "command_answer" VALUES('784c3a1c10744ab1be3a05fbe995209b','51673b53f27c43b5824cc5c7d30b370d','staff:00000000000000000000000000000000','catalog.set_opening_hours','a8d304d019f3605a4396099bb86ca530f62ba2baec34f3e6e179ebda7fbbd83b',8,'{}','2026-11-29 15:07:13.528939');
INSERT INTO "command_answer" VALUES('784c3a1c10744ab1be3a05fbe995209b','4e61d8b715bd43cfa566b01307a6be8a','staff:00000000000000000000000000000000','catalog.set_opening_hours','1ee8b603d217460c0c281c8eec5c80d87f75c4140c30bd77e75ed78e97e022e1',9,'{}','2026-11-29 15:07:13.560935');
INSERT INTO "command_answer" VALUES('784c3a1c10744ab1be3a05fbe995209b','c08a3c4d14474587875372ea125e9c64','staff:00000000000000000000000000000000','catalog.set_opening_hours','33638eba30be4d1d1402f6a84fe3f127a5661cfca15cd7727cee8b9d5bb42aae',10,'{}','2026-11-29 15:07:13.597670');
INSERT INTO "command_answer" VALUES('784c3a1c10744ab1be3a05fbe995209b','9a9cd0be3b394c6ba415d2fec7f97e7a','staff:00000000000000000000000000000000','catalog.set_opening_hours','4d1efbc712523611ac8b426a93c055ea5ca319972361ad7e2fcf817d283392d4',11,'{}','2026-11-29 15:07:13.630739');
INSERT INTO "command_answer" VALUES('784c3a1c10744ab1be3a05fbe995209b','1c44c9ca91a74f318a8c379b8fd95e26','staff:00000000000000000000000000000000','team.put_technician','793c7966d58eb56a51df42f9e4ef0bfd089e70c7210760587e83744b0330e75c',12,'{"technician_id": "5dc40aaf3c9b465182ba33eaf43a80e2"}','2026-11-29 15:07:13.670715');
INSERT INTO "command_answer" VALUES('784c3a1c10744ab1be3a05fbe995209b','30076fa6b1034841b05c9e5cfa5f6ca2','staff:00000000000000000000000000000000','stations.put_place','88887d5dece119dcfcc41401172ba2b695bd0cd5cd2d22f229bdb4d9cb331464',13,'{"place_id": "38b2943bdf494f66a594e80531986688"}','2026-11-29 15:07:13.784583');
INSERT INTO "command_answer" VALUES('784c3a1c10744ab1be3a05fbe995209b','4893c8a7954044dcb015f905e71730f4','staff:00000000000000000000000000000000','team.put_shift','875e154903ff2a14e00356620f5e0a1da42ab8d0c0605b27d8a0e4dc5ba3ff8d',14,'{"shift_id": "1f21920bbaeb4417afa71d8700dfb84f"}','2026-11-29 15:07:13.849506');
INSERT INTO "command_answer" VALUES('784c3a1c10744ab1be3a05fbe995209b','a87fb3a381ab46f6ae353956dc7cd124','staff:00000000000000000000000000000000','bookings.put_customer','3aa676cf48acf72b0c8a7645287e7a97909a428313c9773cfac671ce96d3bd7c',15,'{"customer_id": "38f3c284df93465194318228dfd7ea36", "new": true}','2026-11-29 15:07:13.888835');
INSERT INTO "command_answer" VALUES('784c3a1c10744ab1be3a05fbe995209b','70b1d18c99d8477481f0d2d1f509e0ab','staff:00000000000000000000000000000000','bookings.book','21229a1fdbe2396e9de538e10ca40d41c857f9938285c8224063c04c4291edf4',16,'{"sealed": "oOy61AgGMqt7iCmAS5fSnPNWHZIn19Pxb18IbWhVBn1QAEX1PZt2p30Q/Zfz7OeFZUE32biD45/8OpyMgYdCU+l4anNxlVnOKp8diQ4EBtEQn954toamiwRgGZS8F5MTIp8oHNY74ORWYHn0TL0SGQbBn4ozsswmiGSrrA5Sd1q3hAYrw7Xx+6UKebNZT/+9BnIkmc98yDrF2i1gXKZmfbE72eGbzqUjXAzXzgVqn/dHoF+G1R9hZtLrKjll"}','2026-11-29 15:07:13.943253');
INSERT INTO "command_answer" VALUES('784c3a1c10744ab1be3a05fbe995209b','6c8c7aa91eeb461f9f7c8740bbaec484','staff:00000000000000000000000000000000','forms.sign','d8f64a5dfb77da7a9469870305cd400df57f71c8e21f38ba366e74025719782a',17,'{"signed_form_id": "89332f214643430e97d7b7a0df600577"}','2026-11-29 15:07:15.077711');
INSERT INTO "command_answer" VALUES('784c3a1c10744ab1be3a05fbe995209b','84a7a27cd07146a0bcb8119667e64528','staff:00000000000000000000000000000000','visits.record_consultation','b2486a412cd81c75eae7f272c5b5d677ca9742739122c5bd4348be692fd74562',18,'{"consultation_id": "e30f1c2656384f1a8f1bb65acb35fcb4"}','2026-11-29 15:07:15.250929');
CREATE TABLE consent (
	customer_id VARCHAR(32) NOT NULL, 
	purpose VARCHAR(32) NOT NULL, 
	given_at DATETIME NOT NULL, 
	withdrawn_at DATETIME, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_consent PRIMARY KEY (customer_id, purpose)
);
CREATE TABLE consent_form (
	store_id VARCHAR(32) NOT NULL, 
	code VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	name_zh VARCHAR NOT NULL, 
	name_en VARCHAR NOT NULL, 
	text_zh VARCHAR NOT NULL, 
	text_en VARCHAR NOT NULL, 
	made_at DATETIME NOT NULL, 
	CONSTRAINT pk_consent_form PRIMARY KEY (store_id, code, version), 
	CONSTRAINT ck_consent_form_version CHECK (version > 0)
);
INSERT INTO "consent_form" VALUES('784c3a1c10744ab1be3a05fbe995209b','CHEM',1,'consent','consent','it may sting','it may sting','2026-11-29 15:07:13.161311');
CREATE TABLE consultation (
	id VARCHAR(32) NOT NULL, 
	customer_id VARCHAR(32) NOT NULL, 
	booking_id VARCHAR(32) NOT NULL, 
	technician_id VARCHAR(32), 
	at DATETIME NOT NULL, 
	skin_type_sealed BLOB, 
	preferences_sealed BLOB, 
	note_sealed BLOB, 
	actor_id VARCHAR NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_consultation PRIMARY KEY (id)
);
INSERT INTO "consultation" VALUES('e30f1c2656384f1a8f1bb65acb35fcb4','38f3c284df93465194318228dfd7ea36','dad1f97c469142098033230034ce7573',NULL,'2026-11-29 15:07:15.250929',X'B06A0D993691E9998AB019B9866C14152E71C77FDD6782AA5F83601562F276',X'2EC7831DE2CCB3D77750F60DD3E0D18F79ADC491E5326E633A965A775012680AFE',X'FE45BD6AAADA4E48ED559FB909E366EB31AC3398380D0330BBC35DBC07F683854A0BB5C6080F','00000000000000000000000000000000','784c3a1c10744ab1be3a05fbe995209b');
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
INSERT INTO "customer" VALUES('38f3c284df93465194318228dfd7ea36',X'A0ECBAD46C7D5263B303887AECF36E1A53A17460CA27CD9D1E1BDC05083CF7C653B9D634BC097A42696777490C829E65E8B1F0050A58B8EDF2CC4E9780F9A6F4',X'B236FF8521FC34D88BD2CB6B6DBBBE8762AE0CDDDB3E61C5978DDB8F0BAF75B5999AA25A2B',X'C206C1868C001C14BD491255B41E0963694240CB3DC7C53D212B89F4AAEE744380A199899325FE523590','d29c4cb779f803e8b095398a8b1595c12a2bb885c69d04a2be7c2df0a602a508',NULL,NULL,'none',NULL,'zh','none',NULL,NULL,NULL,'2026-11-29 15:07:13.888835','784c3a1c10744ab1be3a05fbe995209b');
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
INSERT INTO "event" VALUES('784c3a1c10744ab1be3a05fbe995209b',1,'catalog.skill_put',1,'2026-11-29 15:07:13.017552','staff','00000000000000000000000000000000',NULL,'catalog.put_skill','4736ed5e4f3e47d9a4a6c19e0f51736f','{"code": "hair"}','','0ab0d4dcf9c900a9b8a2d05917a542274db705176f87b36bbf2e85d0bab1c5a3');
INSERT INTO "event" VALUES('784c3a1c10744ab1be3a05fbe995209b',2,'catalog.place_kind_put',1,'2026-11-29 15:07:13.113641','staff','00000000000000000000000000000000',NULL,'catalog.put_place_kind','866fb6875a164b72b0aed8ff0f88395a','{"code": "chair"}','0ab0d4dcf9c900a9b8a2d05917a542274db705176f87b36bbf2e85d0bab1c5a3','47b11b3f89ae017d68804c25942f1310a577fdbd353f9f2f1bbbdac61d89aa0f');
INSERT INTO "event" VALUES('784c3a1c10744ab1be3a05fbe995209b',3,'catalog.consent_form_put',1,'2026-11-29 15:07:13.161311','staff','00000000000000000000000000000000',NULL,'catalog.put_consent_form','bb1da52513c543389597e8f9ef258378','{"code": "CHEM", "form_version": 1}','47b11b3f89ae017d68804c25942f1310a577fdbd353f9f2f1bbbdac61d89aa0f','e4eadd5078074f506a64ece177054ecc57448a9a3cd7ed6141aa8a85d2bcca54');
INSERT INTO "event" VALUES('784c3a1c10744ab1be3a05fbe995209b',4,'catalog.service_put',1,'2026-11-29 15:07:13.232859','staff','00000000000000000000000000000000',NULL,'catalog.put_service','0336690f852648f3b0a2afcfdbc0cf01','{"service_id": "c923d5e8c9c449de9642ac31692c2d2b", "code": "perm"}','e4eadd5078074f506a64ece177054ecc57448a9a3cd7ed6141aa8a85d2bcca54','d2090587dd8849f72610c6fe93332dd86aea34eb543c1aacdd978b8965949d3c');
INSERT INTO "event" VALUES('784c3a1c10744ab1be3a05fbe995209b',5,'catalog.opening_hours_set',1,'2026-11-29 15:07:13.400149','staff','00000000000000000000000000000000',NULL,'catalog.set_opening_hours','83e109a3dc494aa4a716f37ee175620b','{"weekday": 0, "opens": "00:00", "closes": "23:59"}','d2090587dd8849f72610c6fe93332dd86aea34eb543c1aacdd978b8965949d3c','18388fe560c03261d0afbc6479bd51df88cf3a12dba3b31e519495ce044dca01');
INSERT INTO "event" VALUES('784c3a1c10744ab1be3a05fbe995209b',6,'catalog.opening_hours_set',1,'2026-11-29 15:07:13.441882','staff','00000000000000000000000000000000',NULL,'catalog.set_opening_hours','70d34e8146d941e688020ff1d63d02b3','{"weekday": 1, "opens": "00:00", "closes": "23:59"}','18388fe560c03261d0afbc6479bd51df88cf3a12dba3b31e519495ce044dca01','f79f7b513368abd2613e83f7e87d2aa58b38d686ec43dd51689605031183dc5d');
INSERT INTO "event" VALUES('784c3a1c10744ab1be3a05fbe995209b',7,'catalog.opening_hours_set',1,'2026-11-29 15:07:13.487529','staff','00000000000000000000000000000000',NULL,'catalog.set_opening_hours','460fe9c197404e43ace17c62687cc918','{"weekday": 2, "opens": "00:00", "closes": "23:59"}','f79f7b513368abd2613e83f7e87d2aa58b38d686ec43dd51689605031183dc5d','ff3cd2e98cf674afd9eb77b7b0afaddb53c6a95ff44dd53dbcc480087a478f6a');
INSERT INTO "event" VALUES('784c3a1c10744ab1be3a05fbe995209b',8,'catalog.opening_hours_set',1,'2026-11-29 15:07:13.528939','staff','00000000000000000000000000000000',NULL,'catalog.set_opening_hours','51673b53f27c43b5824cc5c7d30b370d','{"weekday": 3, "opens": "00:00", "closes": "23:59"}','ff3cd2e98cf674afd9eb77b7b0afaddb53c6a95ff44dd53dbcc480087a478f6a','1a7254eeb86ea1a5be46fb0bceb07aa87491cfe039e9024b7d62fba5a8a1d549');
INSERT INTO "event" VALUES('784c3a1c10744ab1be3a05fbe995209b',9,'catalog.opening_hours_set',1,'2026-11-29 15:07:13.560935','staff','00000000000000000000000000000000',NULL,'catalog.set_opening_hours','4e61d8b715bd43cfa566b01307a6be8a','{"weekday": 4, "opens": "00:00", "closes": "23:59"}','1a7254eeb86ea1a5be46fb0bceb07aa87491cfe039e9024b7d62fba5a8a1d549','7474d221e3118e559a7fa4d5dd7e51b353eff5095ba7ee4bdb119bddc065a705');
INSERT INTO "event" VALUES('784c3a1c10744ab1be3a05fbe995209b',10,'catalog.opening_hours_set',1,'2026-11-29 15:07:13.597670','staff','00000000000000000000000000000000',NULL,'catalog.set_opening_hours','c08a3c4d14474587875372ea125e9c64','{"weekday": 5, "opens": "00:00", "closes": "23:59"}','7474d221e3118e559a7fa4d5dd7e51b353eff5095ba7ee4bdb119bddc065a705','4a10e01bd04618a1565975b3216eaa9232d6883a3a3714037bb2ea8375359dc3');
INSERT INTO "event" VALUES('784c3a1c10744ab1be3a05fbe995209b',11,'catalog.opening_hours_set',1,'2026-11-29 15:07:13.630739','staff','00000000000000000000000000000000',NULL,'catalog.set_opening_hours','9a9cd0be3b394c6ba415d2fec7f97e7a','{"weekday": 6, "opens": "00:00", "closes": "23:59"}','4a10e01bd04618a1565975b3216eaa9232d6883a3a3714037bb2ea8375359dc3','2e7ec5d3fe64b1db68cd7b2ec12dc3a6708f0f28063799351f22d0a951b9ebf1');
INSERT INTO "event" VALUES('784c3a1c10744ab1be3a05fbe995209b',12,'team.technician_put',1,'2026-11-29 15:07:13.670715','staff','00000000000000000000000000000000',NULL,'team.put_technician','1c44c9ca91a74f318a8c379b8fd95e26','{"technician_id": "5dc40aaf3c9b465182ba33eaf43a80e2"}','2e7ec5d3fe64b1db68cd7b2ec12dc3a6708f0f28063799351f22d0a951b9ebf1','88d007c122782f55818064e38b340107337b27e4054f5dad55a5367d6e976597');
INSERT INTO "event" VALUES('784c3a1c10744ab1be3a05fbe995209b',13,'stations.place_put',1,'2026-11-29 15:07:13.784583','staff','00000000000000000000000000000000',NULL,'stations.put_place','30076fa6b1034841b05c9e5cfa5f6ca2','{"place_id": "38b2943bdf494f66a594e80531986688"}','88d007c122782f55818064e38b340107337b27e4054f5dad55a5367d6e976597','4028933363d47fb33f62ce30af989b459b8ea9c133b730109ef1b6938459206b');
INSERT INTO "event" VALUES('784c3a1c10744ab1be3a05fbe995209b',14,'team.shift_put',1,'2026-11-29 15:07:13.849506','staff','00000000000000000000000000000000',NULL,'team.put_shift','4893c8a7954044dcb015f905e71730f4','{"shift_id": "1f21920bbaeb4417afa71d8700dfb84f", "technician_id": "5dc40aaf3c9b465182ba33eaf43a80e2", "date": "2026-11-30", "start": "2026-11-29T16:10:00Z", "end": "2026-11-30T15:50:00Z"}','4028933363d47fb33f62ce30af989b459b8ea9c133b730109ef1b6938459206b','6696fe8a6142f9870f3446337bb489b8679db40aff8c7cce49e78f629bd4d609');
INSERT INTO "event" VALUES('784c3a1c10744ab1be3a05fbe995209b',15,'bookings.customer_put',1,'2026-11-29 15:07:13.888835','staff','00000000000000000000000000000000',NULL,'bookings.put_customer','a87fb3a381ab46f6ae353956dc7cd124','{"customer_id": "38f3c284df93465194318228dfd7ea36"}','6696fe8a6142f9870f3446337bb489b8679db40aff8c7cce49e78f629bd4d609','e5642f3a37689714795a2da2e10aafe40d9c182c03fb4576e7a82cebd109b31f');
INSERT INTO "event" VALUES('784c3a1c10744ab1be3a05fbe995209b',16,'bookings.booking_confirmed',1,'2026-11-29 15:07:13.943253','staff','00000000000000000000000000000000',NULL,'bookings.book','70b1d18c99d8477481f0d2d1f509e0ab','{"booking_id": "dad1f97c469142098033230034ce7573", "start": "2026-11-30T12:00:00+08:00", "source": "desk"}','e5642f3a37689714795a2da2e10aafe40d9c182c03fb4576e7a82cebd109b31f','f0604ade3cdef248dcd1e8f006d89f23dd212507708b06de25f5f57d3c41c589');
INSERT INTO "event" VALUES('784c3a1c10744ab1be3a05fbe995209b',17,'forms.form_signed',1,'2026-11-29 15:07:15.077711','staff','00000000000000000000000000000000',NULL,'forms.sign','6c8c7aa91eeb461f9f7c8740bbaec484','{"signed_form_id": "89332f214643430e97d7b7a0df600577", "booking_id": "dad1f97c469142098033230034ce7573", "customer_id": "38f3c284df93465194318228dfd7ea36", "form": "CHEM", "form_version": 1, "way": "drawn"}','f0604ade3cdef248dcd1e8f006d89f23dd212507708b06de25f5f57d3c41c589','de9ac3c650d548e8b1fec0173bb406911b425987cc56da67bba2410385b8f967');
INSERT INTO "event" VALUES('784c3a1c10744ab1be3a05fbe995209b',18,'visits.consultation_recorded',1,'2026-11-29 15:07:15.250929','staff','00000000000000000000000000000000',NULL,'visits.record_consultation','84a7a27cd07146a0bcb8119667e64528','{"consultation_id": "e30f1c2656384f1a8f1bb65acb35fcb4", "booking_id": "dad1f97c469142098033230034ce7573", "customer_id": "38f3c284df93465194318228dfd7ea36"}','de9ac3c650d548e8b1fec0173bb406911b425987cc56da67bba2410385b8f967','d4bc20c81c86be12d0eefb592759c3ac5ad3e804608d002cc187758c07991814');
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
INSERT INTO "journal" VALUES('784c3a1c10744ab1be3a05fbe995209b','30076fa6b1034841b05c9e5cfa5f6ca2',0,'place','["38b2943bdf494f66a594e80531986688"]',NULL,'{"id": "38b2943bdf494f66a594e80531986688", "code": "C1", "kind": "chair", "name_zh": "C1", "name_en": "C1", "ordinal": 0, "active": true, "condition": "ready", "condition_since": null, "store_id": "784c3a1c10744ab1be3a05fbe995209b"}','2026-11-29 15:07:13.784583');
INSERT INTO "journal" VALUES('784c3a1c10744ab1be3a05fbe995209b','4893c8a7954044dcb015f905e71730f4',0,'shift','["1f21920bbaeb4417afa71d8700dfb84f"]',NULL,'{"id": "1f21920bbaeb4417afa71d8700dfb84f", "technician_id": "5dc40aaf3c9b465182ba33eaf43a80e2", "date": "2026-11-30", "start": "2026-11-29T16:10:00+00:00", "end": "2026-11-30T15:50:00+00:00", "store_id": "784c3a1c10744ab1be3a05fbe995209b"}','2026-11-29 15:07:13.849506');
INSERT INTO "journal" VALUES('784c3a1c10744ab1be3a05fbe995209b','4893c8a7954044dcb015f905e71730f4',1,'turn','["5dc40aaf3c9b465182ba33eaf43a80e2", "2026-11-30"]',NULL,'{"technician_id": "5dc40aaf3c9b465182ba33eaf43a80e2", "date": "2026-11-30", "rank": 1, "turns_taken": 0, "store_id": "784c3a1c10744ab1be3a05fbe995209b"}','2026-11-29 15:07:13.849506');
INSERT INTO "journal" VALUES('784c3a1c10744ab1be3a05fbe995209b','70b1d18c99d8477481f0d2d1f509e0ab',0,'booking','["dad1f97c469142098033230034ce7573"]',NULL,'{"id": "dad1f97c469142098033230034ce7573", "customer_id": "38f3c284df93465194318228dfd7ea36", "state": "confirmed", "source": "desk", "booked_start": "2026-11-30T04:00:00+00:00", "start_known": true, "note_sealed": null, "party_id": null, "hold_expires_at": null, "held_by": null, "moves": 0, "made_at": "2026-11-29T15:07:13.943253+00:00", "made_seq": 15, "ended_at": null, "natural_key": null, "link_key": "34d4426d36544551", "store_id": "784c3a1c10744ab1be3a05fbe995209b"}','2026-11-29 15:07:13.943253');
INSERT INTO "journal" VALUES('784c3a1c10744ab1be3a05fbe995209b','70b1d18c99d8477481f0d2d1f509e0ab',1,'booking_item','["f3e5b0fa402b4da39727b6fc7c97dcda"]',NULL,'{"id": "f3e5b0fa402b4da39727b6fc7c97dcda", "booking_id": "dad1f97c469142098033230034ce7573", "ordinal": 0, "service_id": "c923d5e8c9c449de9642ac31692c2d2b", "requested": "any", "requested_technician_id": null, "added_on_floor": false, "cancelled": false, "natural_key": null, "store_id": "784c3a1c10744ab1be3a05fbe995209b"}','2026-11-29 15:07:13.943253');
INSERT INTO "journal" VALUES('784c3a1c10744ab1be3a05fbe995209b','70b1d18c99d8477481f0d2d1f509e0ab',2,'assignment','["d0222118b7ad4d678f6652975a0d267b"]',NULL,'{"id": "d0222118b7ad4d678f6652975a0d267b", "item_id": "f3e5b0fa402b4da39727b6fc7c97dcda", "ordinal": 0, "booking_id": "dad1f97c469142098033230034ce7573", "technician_id": "5dc40aaf3c9b465182ba33eaf43a80e2", "place_id": "38b2943bdf494f66a594e80531986688", "start": "2026-11-30T04:00:00+00:00", "end": "2026-11-30T04:30:00+00:00", "place_until": "2026-11-30T04:35:00+00:00", "pinned": false, "store_id": "784c3a1c10744ab1be3a05fbe995209b"}','2026-11-29 15:07:13.943253');
INSERT INTO "journal" VALUES('784c3a1c10744ab1be3a05fbe995209b','84a7a27cd07146a0bcb8119667e64528',0,'consultation','["e30f1c2656384f1a8f1bb65acb35fcb4"]',NULL,'{"id": "e30f1c2656384f1a8f1bb65acb35fcb4", "customer_id": "38f3c284df93465194318228dfd7ea36", "booking_id": "dad1f97c469142098033230034ce7573", "technician_id": null, "at": "2026-11-29T15:07:15.250929+00:00", "skin_type_sealed": "sGoNmTaR6ZmKsBm5hmwUFS5xx3/dZ4KqX4NgFWLydg==", "preferences_sealed": "LseDHeLMs9d3UPYN0+DRj3mtxJHlMm5jOpZad1ASaAr+", "note_sealed": "/kW9aqraTkjtVZ+5CeNm6zGsM5g4DQMwu8NdvAf2g4VKC7XGCA8=", "actor_id": "00000000000000000000000000000000", "store_id": "784c3a1c10744ab1be3a05fbe995209b"}','2026-11-29 15:07:15.250929');
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
INSERT INTO "opening_hours" VALUES('784c3a1c10744ab1be3a05fbe995209b',0,'00:00','23:59');
INSERT INTO "opening_hours" VALUES('784c3a1c10744ab1be3a05fbe995209b',1,'00:00','23:59');
INSERT INTO "opening_hours" VALUES('784c3a1c10744ab1be3a05fbe995209b',2,'00:00','23:59');
INSERT INTO "opening_hours" VALUES('784c3a1c10744ab1be3a05fbe995209b',3,'00:00','23:59');
INSERT INTO "opening_hours" VALUES('784c3a1c10744ab1be3a05fbe995209b',4,'00:00','23:59');
INSERT INTO "opening_hours" VALUES('784c3a1c10744ab1be3a05fbe995209b',5,'00:00','23:59');
INSERT INTO "opening_hours" VALUES('784c3a1c10744ab1be3a05fbe995209b',6,'00:00','23:59');
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
INSERT INTO "place" VALUES('38b2943bdf494f66a594e80531986688','C1','chair','C1','C1',0,1,'ready',NULL,'784c3a1c10744ab1be3a05fbe995209b');
CREATE TABLE place_kind (
	store_id VARCHAR(32) NOT NULL, 
	code VARCHAR NOT NULL, 
	name_zh VARCHAR NOT NULL, 
	name_en VARCHAR NOT NULL, 
	clean_minutes INTEGER NOT NULL, 
	ordinal INTEGER NOT NULL, 
	CONSTRAINT pk_place_kind PRIMARY KEY (store_id, code)
);
INSERT INTO "place_kind" VALUES('784c3a1c10744ab1be3a05fbe995209b','chair','chair','chair',5,0);
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
	store_id VARCHAR(32) NOT NULL, consent_form VARCHAR, 
	CONSTRAINT pk_service PRIMARY KEY (id), 
	CONSTRAINT ck_service_price CHECK (price_minor >= 0), 
	CONSTRAINT uq_service_store_id_code UNIQUE (store_id, code)
);
INSERT INTO "service" VALUES('c923d5e8c9c449de9642ac31692c2d2b','perm','perm','perm','hair','hair',100,1,1,0,'784c3a1c10744ab1be3a05fbe995209b','CHEM');
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
INSERT INTO "service_phase" VALUES('c923d5e8c9c449de9642ac31692c2d2b',0,'hands_on',30,'chair','hair',1,0,'784c3a1c10744ab1be3a05fbe995209b');
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
INSERT INTO "shift" VALUES('1f21920bbaeb4417afa71d8700dfb84f','5dc40aaf3c9b465182ba33eaf43a80e2','2026-11-30','2026-11-29 16:10:00.000000','2026-11-30 15:50:00.000000','784c3a1c10744ab1be3a05fbe995209b');
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
CREATE TABLE signed_form (
	id VARCHAR(32) NOT NULL, 
	customer_id VARCHAR(32), 
	booking_id VARCHAR(32) NOT NULL, 
	form VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	language VARCHAR(2) NOT NULL, 
	way VARCHAR(8) NOT NULL, 
	reason VARCHAR(16), 
	signature_sealed BLOB, 
	at DATETIME NOT NULL, 
	confirmed_at DATETIME, 
	taken_by VARCHAR NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_signed_form PRIMARY KEY (id), 
	CONSTRAINT ck_signed_form_signer CHECK (way <> 'drawn' OR customer_id IS NOT NULL)
);
INSERT INTO "signed_form" VALUES('89332f214643430e97d7b7a0df600577','38f3c284df93465194318228dfd7ea36','dad1f97c469142098033230034ce7573','CHEM',1,'zh','drawn',NULL,X'22A824C1BF7E1CE3A86F4841FC1D2ECA019EB9CCBF63544D25DAEF655AE82CF0143C042844C945030893D2DB40D1EC','2026-11-29 15:07:15.077711',NULL,'00000000000000000000000000000000','784c3a1c10744ab1be3a05fbe995209b');
CREATE TABLE skill (
	store_id VARCHAR(32) NOT NULL, 
	code VARCHAR NOT NULL, 
	name_zh VARCHAR NOT NULL, 
	name_en VARCHAR NOT NULL, 
	CONSTRAINT pk_skill PRIMARY KEY (store_id, code)
);
INSERT INTO "skill" VALUES('784c3a1c10744ab1be3a05fbe995209b','hair','hair','hair');
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
INSERT INTO "store" VALUES('784c3a1c10744ab1be3a05fbe995209b','青瓷','Celadon','Asia/Shanghai','CNY','CN','zh','{}','e865d22fa9c4449995a7d66998e8acb9',18,'d4bc20c81c86be12d0eefb592759c3ac5ad3e804608d002cc187758c07991814');
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
INSERT INTO "technician" VALUES('5dc40aaf3c9b465182ba33eaf43a80e2','li','li','li','woman',1,0,X'A0ECBAD44AF27228E9FC40DE58D6BD9DD8D8C5B5724178867F84964AE00C921D62A6D8B90046F2B364B9BC4DCEF6C06651A57DD7007DBD16A9E01D1E9853A724',NULL,NULL,'784c3a1c10744ab1be3a05fbe995209b');
CREATE TABLE technician_skill (
	technician_id VARCHAR(32) NOT NULL, 
	skill VARCHAR NOT NULL, 
	level INTEGER NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_technician_skill PRIMARY KEY (technician_id, skill), 
	CONSTRAINT ck_technician_skill_level CHECK (level BETWEEN 1 AND 5)
);
INSERT INTO "technician_skill" VALUES('5dc40aaf3c9b465182ba33eaf43a80e2','hair',3,'784c3a1c10744ab1be3a05fbe995209b');
CREATE TABLE turn (
	technician_id VARCHAR(32) NOT NULL, 
	date DATE NOT NULL, 
	rank INTEGER NOT NULL, 
	turns_taken INTEGER NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_turn PRIMARY KEY (technician_id, date)
);
INSERT INTO "turn" VALUES('5dc40aaf3c9b465182ba33eaf43a80e2','2026-11-30',1,0,'784c3a1c10744ab1be3a05fbe995209b');
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
CREATE INDEX ix_consultation_customer ON consultation (customer_id, at);
CREATE INDEX ix_consultation_store_id ON consultation (store_id);
CREATE INDEX ix_signed_form_booking ON signed_form (booking_id);
CREATE INDEX ix_signed_form_customer ON signed_form (customer_id, form, version);
CREATE INDEX ix_signed_form_store_id ON signed_form (store_id);
COMMIT;
