using ImageSearch.Core;
using ImageSearch.Ingest;
using ImageSearch.Ingest.Fetching;
using ImageSearch.Ingest.ImportJobs;
using ImageSearch.Ingest.Uploads;
using ImageSearch.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddImageSearchBackend(BackendParts.All | BackendParts.QueueUpkeep);
builder.AddIngest();

var app = builder.Build();
app.MapUploads();
app.MapImports();
app.MapFetch();
app.MapDefaultEndpoints();
return await app.RunServiceAsync();
