using System.ComponentModel;
using ImageSearch.Core.Images;

namespace ImageSearch.Web.Images;

/// <summary>A picture that a model gave up.</summary>
internal sealed record Failure(
    ImageId Id,
    string Model,
    string Version,
    int Attempts,
    [property: Description("Why, for a person.")] string Reason,
    DateTimeOffset At,
    string Source,
    [property: Description("Address of a small version; it may not be to be had where the picture does not decode.")] string Thumbnail);
