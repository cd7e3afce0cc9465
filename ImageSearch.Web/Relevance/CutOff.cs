using System.ComponentModel;

namespace ImageSearch.Web.Relevance;

/// <summary>From which score on a result means something: estimated from how alike the pictures of the collection are to each other.</summary>
public sealed record CutOff(
    [property: Description("Pictures with a lower score are as unlike the query as pictures of this collection are to each other.")] double Score,
    [property: Description("Pictures with at least this score are copies of the query: re-encoded, resized or slightly cropped.")] double SamePicture,
    [property: Description("Pairs of pictures that it was estimated from.")] long Samples);
