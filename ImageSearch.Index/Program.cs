using ImageSearch.Core;
using ImageSearch.Index;
using ImageSearch.Index.Api;
using ImageSearch.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(IndexTelemetry.Name);
builder.AddImageSearchBackend();
builder.AddVectorIndex();

var app = builder.Build();

app.MapDefaultEndpoints();
app.MapIndexApi();

app.Run();
