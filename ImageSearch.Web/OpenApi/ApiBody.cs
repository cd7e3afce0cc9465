namespace ImageSearch.Web.OpenApi;

/// <summary>A body by its media type, or an answer by its status, with its fields.</summary>
internal sealed record ApiBody(string Name, string Description, IReadOnlyList<ApiField> Fields);
