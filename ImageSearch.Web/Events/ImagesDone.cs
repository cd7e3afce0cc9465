namespace ImageSearch.Web.Events;

/// <summary>Data of the event <c>done</c>: how many of the others there were.</summary>
internal sealed record ImagesDone(int Searchable, int Failed, int Gone);
