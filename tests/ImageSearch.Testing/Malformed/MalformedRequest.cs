namespace ImageSearch.Testing.Malformed;

/// <summary>A request as it goes over the wire.</summary>
/// <param name="Name">What it is, for a failure's message.</param>
/// <param name="Bytes">All that is sent.</param>
/// <param name="Framing">How its body is framed.</param>
public sealed record MalformedRequest(string Name, byte[] Bytes, Framing Framing);
