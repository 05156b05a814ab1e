import type { ViewOf } from "@client/api";

export type View = ViewOf<"desk">;
export type Booking = View["bookings"][number];
export type Item = Booking["items"][number];
export type Phase = Item["phases"][number];
export type TechnicianLane = View["technicians"][number];
export type PlaceLane = View["places"][number];
export type Lane = TechnicianLane | PlaceLane;
export type Shade = Lane["shades"][number];
export type Attention = View["attention"][number];
export type Offer = ViewOf<"desk-offers">["services"][number];
export type Slot = ViewOf<"desk-slots">["slots"][number];
export type Found = ViewOf<"desk-people">["people"][number];
export type Entry = ViewOf<"desk-record">["entries"][number];

/** The two ways to look at one clock. */
export type Axis = "technician" | "place";
