using Aspire.Hosting.ApplicationModel;
using ImageSearch.Hosting.Running.Servers;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

public static class ParameterResourceBuilderExtensions
{
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, bool secret = false) =>
        builder.AddResource(new ParameterResource(name, fallback => builder.ParameterValue(name, fallback), secret));

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string value, bool publishValueAsDefault = false, bool secret = false)
    {
        var parameter = new ParameterResource(name, _ => builder.Configuration[$"Parameters:{name}"] ?? value, secret);
        if (publishValueAsDefault)
        {
            parameter.Default = new ConstantParameterDefault(value);
        }

        return builder.AddResource(parameter);
    }

    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string? environmentVariableName = null) =>
        builder.AddResource(new ConnectionStringParameterResource(
            name,
            _ => builder.Configuration.GetConnectionString(name) ?? throw new DistributedApplicationException(
                $"Connection string resource could not be used because connection string '{name}' is missing. Set ConnectionStrings:{name}."),
            environmentVariableName));

    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, ReferenceExpression connectionStringExpression) =>
        builder.AddResource(new ConnectionStringResource(name, connectionStringExpression));

    internal static ParameterResource AddGeneratedPassword(this IDistributedApplicationBuilder builder, string name)
    {
        var parameter = builder.AddParameter(name, secret: true).Resource;
        parameter.Default = new GenerateParameterDefault { Special = false };
        return parameter;
    }

    private static string ParameterValue(this IDistributedApplicationBuilder builder, string name, ParameterDefault? fallback) =>
        builder.Configuration[$"Parameters:{name}"] ?? builder.Kept(name, fallback) ?? fallback?.GetDefaultValue() ?? throw new DistributedApplicationException(
            $"Parameter resource could not be used because configuration key 'Parameters:{name}' is missing and the parameter has no default value.");

    // A generated password outlives the run, as the data does that it opens. Aspire keeps it in the user's secrets.
    private static string? Kept(this IDistributedApplicationBuilder builder, string name, ParameterDefault? fallback)
    {
        if (fallback is not GenerateParameterDefault || builder.Configuration[Volumes.DirectoryKey] is not { } directory)
        {
            return null;
        }

        try
        {
            return OwnerOnlyFile.ReadOrCreate(Path.Combine(directory, name), fallback.GetDefaultValue);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"The password '{name}' cannot be kept in {directory}: {e.Message}");
        }
    }
}
