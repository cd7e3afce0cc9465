using ImageSearch.Core;
using ImageSearch.Index;
using ImageSearch.Index.Api;
using ImageSearch.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddImageSearchBackend(BackendParts.Store, HealthStatus.Degraded);
builder.AddVectorIndex();

var app = builder.Build();

app.MapDefaultEndpoints();
app.MapIndexApi();

return await app.RunServiceAsync();
