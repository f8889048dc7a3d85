"""What caregivers are told, in English."""

from edge.model import After, BlindCause, Oddity, Outcome, Reason, Rule
from gateway.wire.profile import Transport
from gateway.wording.words import Words

ENGLISH = Words(
    drill="[DRILL] ",
    title="{reason}{rule}: {resident}",
    title_room="{title}, {room}",
    reasons={
        Reason.FIRST: "",
        Reason.REPEATED: "[AGAIN] ",
        Reason.ESCALATED: "[ESCALATED] ",
        Reason.RETURNED: "[UNATTENDED] ",
        Reason.HANDED: "[YOURS NOW] ",
        Reason.RESOLVED: "[OVER] ",
    },
    rules={
        Rule.SMOKE: "SMOKE",
        Rule.CO: "CARBON MONOXIDE",
        Rule.GAS: "GAS LEAK",
        Rule.LEAK: "Water leak",
        Rule.SOS: "CALL FOR HELP",
        Rule.FALL: "FALL",
        Rule.HEART_RATE: "Heart rate out of range",
        Rule.OXYGEN: "Blood oxygen low",
        Rule.BODY_TEMPERATURE: "Body temperature out of range",
        Rule.INACTIVITY: "No movement for too long",
        Rule.STAY: "Too long in one room",
        Rule.CRAWLING: "Only sporadic movement",
        Rule.ROUTINE: "The morning is not as usual",
        Rule.WANDERING: "Up or out at night",
        Rule.BED: "Not as usual with the bed",
        Rule.NOT_BACK: "Went out and is not back",
        Rule.BLIND: "The home cannot be seen",
        Rule.SILENT: "Device not heard",
        Rule.ROOM: "A room cannot be seen",
        Rule.ODD: "Sensor out of order",
        Rule.BATTERY: "Weak battery",
        Rule.TAMPER: "Device tampered with",
        Rule.DEFECT: "Device reports a defect",
        Rule.END_OF_LIFE: "Device used up",
        Rule.MUTED: "Alarm muted",
        Rule.TEST: "Test of an alarm",
        Rule.UNTRUSTED: "A device is not believed",
        Rule.MAINS: "The box has no mains power",
        Rule.UNWORN: "Bracelet not worn",
        Rule.STORAGE: "Storage fault",
        Rule.CHANNEL: "Messages do not go out",
        Rule.REACH: "Monthly test of your messages",
        Rule.CHANGE: "A change in daily life",
    },
    who="{resident} ({home})",
    device="“{device}”",
    device_in="“{device}” in {room}",
    sensed={
        Rule.SMOKE: "{device} reports smoke.",
        Rule.CO: "{device} reports carbon monoxide, which kills.",
        Rule.GAS: "{device} reports a gas leak.",
        Rule.LEAK: "{device} reports water.",
        Rule.SOS: "{device} was pressed: a call for help.",
        Rule.FALL: "{device} reports a fall.",
        Rule.BATTERY: "{device} has a weak battery.",
        Rule.TAMPER: "{device} was moved or opened.",
        Rule.DEFECT: "{device} calls itself defective and may not warn in earnest.",
        Rule.END_OF_LIFE: "{device} has reached the end of its life and cannot be relied on.",
        Rule.MUTED: "{device} was muted. You are still told of an alarm, but it is not heard in"
        " the home for now.",
        Rule.TEST: "{device} was tested; this is no alarm. The test has arrived: the path works.",
        Rule.MAINS: "{device} says that the power is cut; the box runs on its battery.",
    },
    other_sensed="{device} reports that something is wrong.",
    percent="{percent}% is left.",
    standing="It was so already when listening began, and may have begun earlier.",
    since="Since {since} (local time)",
    ago="{time}, {age} ago",
    latest="Most recently {time}",
    lost="{device} was not heard for {duration}.",
    last_heard="Last heard: {time}",
    never_heard="It was never heard.",
    said_offline="It is reported offline.",
    alone="No other sensor sees this room: what happens in it is unseen now.",
    weak_link="Its radio link was weak all along.",
    room="Every sensor in {room} is silent or out of order: what happens there is unseen.",
    odd={
        Oddity.STUCK: "{device} says that somebody is there for longer than anybody stays;"
        " it seems to be stuck.",
        Oddity.CHATTERING: "{device} changes far more often than a person makes it.",
        Oddity.REPEATING: "{device} reports again and again at a fixed interval, as no person"
        " makes it.",
        Oddity.SIGHTLESS: "{device} still reports, but has seen nobody for days, although other"
        " sensors have.",
        Oddity.IMAGINING: "{device} reports somebody time and again while nobody is at home.",
    },
    not_seen="Until it is mended, what it says does not count as movement.",
    ebbing="{device} loses charge day by day: {percent}% now, empty in about {days} days.",
    deaf={
        BlindCause.DOWNTIME: "The box was off for a while and saw nothing in that time.",
        BlindCause.SOURCE_LOST: "The box has lost its connection to the sensors.",
        BlindCause.BRIDGE_OFFLINE: "The receiver of the sensors is offline.",
        BlindCause.REFUSED: "The MQTT broker does not let the box hear these devices.",
        BlindCause.CLOCK_UNTRUSTED: "The clock of the box is not set yet.",
        BlindCause.UNWORN: "The bracelet is not worn and knows nothing of the resident.",
        BlindCause.MUTE: "These sensors have all gone silent at once: most likely their receiver"
        " is broken or has no power, not the sensors.",
    },
    deaf_source={
        Transport.MQTT: "The box has lost its connection to the sensors.",
        Transport.SERIAL: "The box receives nothing on its serial port “{port}”: no sensor that"
        " hangs on it is heard.",
        Transport.BLE: "The box receives nothing over Bluetooth: no bracelet or other Bluetooth"
        " device is heard.",
    },
    deaf_each="Every sensor that could see somebody move is silent or out of order.",
    partly_deaf="Some devices cannot be heard",
    comes_and_goes="It comes and goes: it was back {count} times meanwhile, never for long.",
    deaf_devices="Not heard: {devices}",
    storage="The storage of the box has failed.",
    template="The template “{name}” has failed. Messages go out all the same, in the words of the"
    " program.",
    template_failed="A message template failed",
    advice_template="have the technician correct the template; nobody misses a message meanwhile.",
    channel="Messages over “{subject}” do not go out.",
    question_mute="The question at home cannot be heard. People are told as ever, later.",
    untrusted="What {device} sends does not fit and is not believed: its battery may have been"
    " changed, or somebody imitates it. Its alarms are not heard now.",
    other_broken="Something is wrong with the box.",
    detail="For the technician: {detail}",
    why_now={
        Reason.FIRST: "",
        Reason.REPEATED: "Nobody has taken this yet, so you are told again.",
        Reason.ESCALATED: "Those told before have not dealt with it, so you are told now.",
        Reason.RETURNED: "Whoever had taken this did not finish in time. Nobody has it now.",
        Reason.HANDED: "This was handed over to you: it is yours now. If you cannot see to it,"
        " tell somebody at once; else the others hear of it only when your time is up.",
        Reason.RESOLVED: "",
    },
    say_away="If the resident is not at home (hospital, a visit), say so: shouhu away {home}."
    " Nobody is disturbed for this then until somebody is back.",
    do="Please: {advice}",
    do_in_drill="This is a drill, nothing has happened: do NOT call 119 or 120. In earnest you"
    " would: {advice}",
    advice={
        Rule.SMOKE: "call {resident} now: leave, close the door behind you. Call the fire"
        " brigade (119). If nobody answers, send somebody at once.",
        Rule.CO: "call {resident} now: open the windows and go outside. If dizzy, or nobody"
        " answers, call an ambulance (120) and send somebody at once.",
        Rule.GAS: "call {resident} now: touch no switch, no flame, close the valve, open the"
        " windows, go outside. Call 119. If nobody answers, send somebody at once.",
        Rule.LEAK: "call {resident}: close the water valve, mind the wet floor. If nobody"
        " answers, have somebody look in.",
        Rule.SOS: "call {resident} now. If nobody answers, go there at once; ambulance 120.",
        Rule.FALL: "call {resident} now. If nobody answers, go there at once; do not lift in"
        " a hurry; ambulance 120.",
        Rule.HEART_RATE: "call {resident} now: any pain in the chest, short of breath, dizzy? Sit"
        " down and rest. If so, or if nobody answers: ambulance 120, and send somebody. If not,"
        " have the bracelet put on properly and measure again.",
        Rule.OXYGEN: "call {resident} now: short of breath, blue lips? If so, or if nobody answers:"
        " ambulance 120, and send somebody. If not, warm the hand, sit still and measure again;"
        " if it stays low, see a doctor.",
        Rule.BODY_TEMPERATURE: "call {resident} and ask, and have the temperature taken again. Hard"
        " to wake, confused, short of breath, or nobody answers: ambulance 120, and send somebody."
        " Otherwise a doctor today.",
        Rule.INACTIVITY: "call {resident}. If nobody answers, have a neighbour look in or go"
        " yourself; no reply at the door: ambulance 120.",
        Rule.NOT_BACK: "call {resident}'s mobile. If nobody answers, ask relatives, neighbours"
        " and where {resident} often goes, and have somebody look in at home. If nobody knows,"
        " do not wait: police 110.",
        Rule.STAY: "call {resident}. If nobody answers, have a neighbour look in or go yourself,"
        " first to this room; no reply at the door: ambulance 120.",
        Rule.CRAWLING: "call {resident} now. If nobody answers, have a neighbour look in or go"
        " yourself: somebody may be on the floor; no reply at the door: ambulance 120.",
        Rule.ROUTINE: "call {resident} in the daytime and ask: eaten yet, feeling well?",
        Rule.WANDERING: "call {resident} or have a neighbour look in. Whoever went out and is not"
        " back: look near the home first, then call the police (110).",
        Rule.BED: "call {resident}. If nobody answers, have a neighbour look in or go yourself;"
        " no reply at the door: ambulance 120.",
        Rule.BLIND: "unseen does not mean well: call {resident} and ask, then have the box,"
        " the network and the power checked.",
        Rule.SILENT: "call {resident} in the daytime; have the battery and the place of this"
        " device checked.",
        Rule.ROOM: "call {resident} and ask, then have the sensors of this room checked: battery,"
        " place, anything in front of them.",
        Rule.ODD: "have this sensor checked.",
        Rule.BATTERY: "change its battery within the next days.",
        Rule.TAMPER: "ask {resident} who touched it. If nobody did, have somebody look in"
        " and put it back.",
        Rule.DEFECT: "have it checked or replaced soon. Until then do not rely on it.",
        Rule.END_OF_LIFE: "replace it soon.",
        Rule.MUTED: "ask {resident} why it was muted and whether there is smoke or a smell; later"
        " make sure that it sounds again.",
        Rule.TEST: "nothing. If nobody is testing it, call {resident} and ask.",
        Rule.UNTRUSTED: "ask {resident} or the technician whether its battery was changed; if so,"
        " have it paired again at the box.",
        Rule.MAINS: "call {resident} and ask whether the power is cut. The battery lasts only for"
        " a while: have the power restored soon.",
        Rule.UNWORN: "ask {resident} to put it on, and to charge it first where it is empty. While"
        " it lies about it can report no fall.",
        Rule.STORAGE: "alerts still go out. Have the technician check the storage card.",
        Rule.CHANNEL: "have the technician check this channel. Until then watch the others.",
        Rule.REACH: "say that you got it: open the link in this message, or without one tell"
        " whoever looks after the home.",
        Rule.CHANGE: "there is no hurry. In the next days talk with {resident} about health, sleep"
        " and mood. If there is no plain reason, see a doctor and take these changes along.",
    },
    advice_refused="let the broker's access list allow the user of the box to hear these devices;"
    " until then no alarm of theirs arrives.",
    advice_deaf={
        Transport.MQTT: "unseen does not mean well: call {resident} and ask, then have the box,"
        " the network and the power checked.",
        Transport.SERIAL: "unheard does not mean well: call {resident} and ask, then have somebody"
        " see whether the plug on the serial port “{port}” is loose or the receiver has no power.",
        Transport.BLE: "unheard does not mean well: call {resident} and ask, then have somebody see"
        " whether the Bluetooth adapter is plugged into the box.",
    },
    advice_unanswered="call them: do messages still arrive? Check the number and the channels."
    " Until that is settled, name somebody else who can surely be reached.",
    advice_own="call {resident} today: feeling unwell, a new medicine? If unwell, see a doctor.",
    advice_fall={
        After.STILL: "{resident} is probably still on the floor: call, and send whoever is nearest"
        " at once without waiting. No reply at the door: ambulance 120; do not lift in a hurry.",
        After.UP: "call {resident}: what was hurt, was it the head? If nobody answers, look in."
        " Headache, vomiting or something that cannot be moved: ambulance 120.",
    },
    advice_away="{resident} may be out: call the mobile phone first. If there is no contact,"
    " have a neighbour look in; no reply at the door: ambulance 120.",
    advice_not_home="call {resident} and ask where they are. If they are late or stay for longer,"
    " have the absence declared anew. If nobody answers, ask whoever went along; if nobody knows,"
    " do not wait: police 110.",
    advice_lost_alarm="this alarm is out of contact, so a fire or a leak may go unnoticed: call"
    " {resident} and ask; today have its battery checked and its test button pressed, or replace"
    " it.",
    advice_odd={
        Oddity.STUCK: "have this sensor checked: a heater or fan in view, something in front of it;"
        " take the battery out and put it back, or replace the sensor.",
        Oddity.CHATTERING: "have this sensor checked: loose, askew, damp, battery weak; or replace"
        " it.",
        Oddity.REPEATING: "have this sensor checked: a fan or curtain that moves by itself in view;"
        " or replace it.",
        Oddity.IMAGINING: "ask whether somebody else or an animal stays there; then have this"
        " sensor checked: a heater, a fan, a curtain or the sun in view; or replace it.",
        Oddity.SIGHTLESS: "ask whether the room is not used at present; if it is, have somebody"
        " walk in front of this sensor: something may stand in its view, or it hangs askew; else"
        " replace it.",
    },
    unanswered="No answer to the monthly test",
    told="Also told: {names}",
    missed="Could not be reached: {names}",
    told_nobody="So far only you were told.",
    undated="The clock of the box is not set: the dates and times above may be wrong.",
    not_stored="Note: the box could not store this alert. Please write it down.",
    reference="Ref. {alert}-{notice}",
    link="To take it, open {link}",
    link_after="Please say what it was: {link}",
    outcomes={
        Outcome.HELPED: "Somebody is dealing with it: {resident} did need help.",
        Outcome.WELL: "{resident} is well; it was a false alert.",
        Outcome.SENSOR: "It was a fault of a device.",
        Outcome.TEST: "It was a test.",
        Outcome.UNKNOWN: "The alert has ended; nobody said what it was.",
    },
    recovered={
        Rule.SMOKE: "The smoke alarm has stopped.",
        Rule.CO: "The carbon monoxide alarm has stopped.",
        Rule.GAS: "The gas alarm has stopped.",
        Rule.LEAK: "The water alarm has stopped.",
        Rule.INACTIVITY: "There is movement in the home again.",
        Rule.STAY: "There is movement in other rooms again.",
        Rule.CRAWLING: "There is ordinary movement in the home again.",
        Rule.ROUTINE: "The room has been visited, or the day is over.",
        Rule.WANDERING: "It is quiet again, or somebody is back in the home.",
        Rule.BED: "Up and about again, or back in bed.",
        Rule.NOT_BACK: "The door was used again or something moved: they should be back. Or the"
        " absence was declared anew.",
        Rule.HEART_RATE: "The heart rate is back in its range.",
        Rule.OXYGEN: "The blood oxygen is back in its range.",
        Rule.BODY_TEMPERATURE: "The body temperature is back in its range.",
        Rule.UNWORN: "It is worn again.",
        Rule.BLIND: "The home can be seen again.",
        Rule.SILENT: "The device is heard again.",
        Rule.ROOM: "The room can be seen again.",
        Rule.ODD: "The sensor is well again.",
        Rule.BATTERY: "The battery is well again.",
        Rule.TAMPER: "The device is well again.",
        Rule.DEFECT: "The device reports no defect any more.",
        Rule.END_OF_LIFE: "The device does not call itself used up any more.",
        Rule.MUTED: "The alarm sounds again.",
        Rule.TEST: "The test is over.",
        Rule.UNTRUSTED: "What the device sends can be believed again.",
        Rule.MAINS: "The power is back.",
        Rule.STORAGE: "The storage of the box is well again.",
        Rule.CHANNEL: "Messages go out again.",
        Rule.CHANGE: "The week of this note is over.",
    },
    taken_out="{device} was taken out of this home's devices: its alert is followed no further.",
    other_recovered="The alert is over.",
    template_recovered="Messages are in the house's own words again.",
    partly_recovered="These devices can be heard again.",
    lasted="From {since} to {until} (local time)",
    do_after="A silent alarm does not mean that all is well: if nobody has reached {resident}"
    " yet, please call.",
    nothing_to_do="There is nothing more to do.",
    today="today {clock}",
    yesterday="yesterday {clock}",
    date="{day} {month} {clock}",
    date_year="{day} {month} {year} {clock}",
    months="Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    days="{count} d",
    hours="{count} h",
    minutes="{count} min",
    moment="under a minute",
    join=", ",
    more="{names} and more, {count} in all",
    gap=" ",
)
