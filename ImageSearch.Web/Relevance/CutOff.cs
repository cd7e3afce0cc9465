using System.ComponentModel;

namespace ImageSearch.Web.Relevance;

/// <summary>From which score on a result means something: estimated from how alike the pictures of the collection are to each other.</summary>
public sealed record CutOff(
    [property: Description("Pictures with a lower score are as unlike the query as pictures of this collection are to each other.")] double Score,
    [property: Description("Relevance is 1 from this score on: hardly any two pictures but copies have it. Copies may have less, and what is one is said by `match`.")] double SamePicture,
    [property: Description("Pairs of pictures that it was estimated from.")] long Samples);
