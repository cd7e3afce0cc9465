using ImageSearch.Core;
using ImageSearch.ServiceDefaults;
using ImageSearch.Web;
using ImageSearch.Web.Components;
using ImageSearch.Web.Overload;
using ImageSearch.Web.Search;
using ImageSearch.Web.Security;
using Microsoft.Extensions.Diagnostics.HealthChecks;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseStaticWebAssets();
builder.AddServiceDefaults(SearchTelemetry.Name);
builder.AddImageSearchBackend(whenAway: HealthStatus.Degraded);
builder.AddWeb();

var app = builder.Build();
app.UseSecurityHeaders();
app.UseHostRequirement();
app.MapDefaultEndpoints();
app.UseErrorPages();
app.UseCrossSiteProtection();
app.UseOverloadProtection();
app.UseAntiforgery();
app.MapStaticAssets();
app.MapWebApi();
app.MapRazorComponents<App>();
app.Run();
