
namespace ImageSearch.Web.Search;

/// <summary>What a search asks for besides its picture.</summary>
/// <param name="K">Results at most.</param>
/// <param name="Model">Name of the model; null lets the weights choose.</param>
/// <param name="MinScore">Lowest score of a result, -1..1.</param>
/// <param name="Tag">Only pictures with this tag.</param>
/// <param name="Crop">The part of the picture to search by.</param>
/// <param name="Ef">Candidates that an approximate index looks at; null: as many as it thinks right.</param>
/// <param name="Group">Whether pictures that are nearly the same are one result.</param>
/// <param name="Relevant">Whether pictures below the cut-off are left out.</param>
/// <param name="Client">Who searches: where no model is named, the same client gets the same one.</param>
/// <param name="Next">Whether the cursor of what follows is wanted however long it is.</param>
internal sealed record SearchParameters(
    int K,
    string? Model = null,
    double? MinScore = null,
    string? Tag = null,
    CropRectangle? Crop = null,
    int? Ef = null,
    bool Group = false,
    bool Relevant = false,
    string? Client = null,
    bool Next = false);
