using ImageSearch.Core;
using ImageSearch.Extractor;
using ImageSearch.Extractor.Api;
using ImageSearch.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddImageSearchBackend(whenAway: HealthStatus.Degraded);
builder.AddExtractor();

var app = builder.Build();

app.MapDefaultEndpoints();
app.MapEmbedApi();

return await app.RunServiceAsync();
