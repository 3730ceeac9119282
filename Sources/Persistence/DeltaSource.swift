import JSONKit

/// What one event changes in a picture that pages hold, such as the graph of the map.
package protocol EventDelta: Sendable {
    /// Writes the members of the frame into the open object, after `type` and `id`: for the map `nodes`, `edges` and
    /// `positions`.
    func writeMembers(to writer: inout JSONWriter)
}

/// Keeps a picture in memory and says what each event changes in it. The live stream sends that difference right
/// behind the event and under the event's id, so that a page resumes with both or with neither.
///
/// The hub asks for every event its stream carries, in the order of their ids and one after the other, once the event
/// has been committed. The answer must not depend on who was first: a picture that follows the bus by itself may have
/// taken the event in already (keep the last few thousand differences by event id), or not yet (take it in now).
package protocol DeltaSource: Sendable {
    /// Nil where the event changes nothing in the picture. An error makes the hub tell every page to fetch anew.
    func delta(of event: StoredEvent) async throws -> (any EventDelta)?

    /// Events were lost on the way, or could not be told, all of them with ids up to `eventID`: make sure that the
    /// picture holds them. Answers with the newest event whose difference is not told any more, at least `eventID`:
    /// pages are told to fetch the picture again from there, and events up to it are not asked for.
    func rebuild(upTo eventID: Int64) async throws -> Int64
}
