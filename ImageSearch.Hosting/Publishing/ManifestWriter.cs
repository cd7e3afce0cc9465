using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Publishing;

namespace ImageSearch.Hosting.Publishing;

/// <summary>One entry of <c>resources</c> per resource, in the shape that Aspire's publisher writes.</summary>
internal sealed class ManifestWriter(ManifestPublishingContext context)
{
    private Utf8JsonWriter Writer => context.Writer;

    public async Task WriteAsync(IResource resource)
    {
        var own = resource.Annotations.OfType<ManifestPublishingCallbackAnnotation>().LastOrDefault();
        if (own is { Callback: null })
        {
            return;
        }

        Writer.WriteStartObject(resource.Name);
        if (own is not null)
        {
            await own.Callback!(context).ConfigureAwait(false);
        }
        else
        {
            await WriteEntryAsync(resource).ConfigureAwait(false);
        }

        Writer.WriteEndObject();
    }

    private async Task WriteEntryAsync(IResource resource)
    {
        switch (resource)
        {
            case ProjectResource project:
                Writer.WriteString("type", "project.v0");
                Writer.WriteString("path", RelativePath(project.Annotations.OfType<IProjectMetadata>().Single().ProjectPath));
                await WriteArgsAsync(project).ConfigureAwait(false);
                await WriteEnvironmentAsync(project).ConfigureAwait(false);
                WriteBindings(project);
                break;
            case ContainerResource container:
                Writer.WriteString("type", "container.v0");
                WriteConnectionString(container as IResourceWithConnectionString);
                Writer.WriteString("image", container.Annotations.OfType<ContainerImageAnnotation>().Single().Reference);
                await WriteArgsAsync(container).ConfigureAwait(false);
                WriteMounts(container, ContainerMountType.Volume, "volumes");
                WriteMounts(container, ContainerMountType.BindMount, "bindMounts");
                await WriteEnvironmentAsync(container).ConfigureAwait(false);
                WriteBindings(container);
                break;
            case ExecutableResource executable:
                Writer.WriteString("type", "executable.v0");
                Writer.WriteString("workingDirectory", RelativePath(executable.WorkingDirectory));
                Writer.WriteString("command", executable.Command);
                await WriteArgsAsync(executable).ConfigureAwait(false);
                await WriteEnvironmentAsync(executable).ConfigureAwait(false);
                WriteBindings(executable);
                break;
            case ParameterResource parameter:
                WriteParameter(parameter);
                break;
            case IResourceWithConnectionString value:
                Writer.WriteString("type", "value.v0");
                WriteConnectionString(value);
                break;
            default:
                Writer.WriteString("error", "This resource does not support generation in the manifest.");
                break;
        }
    }

    private void WriteConnectionString(IResourceWithConnectionString? resource)
    {
        if (resource is not null)
        {
            Writer.WriteString("connectionString", resource.ConnectionStringExpression.ValueExpression);
        }
    }

    private void WriteParameter(ParameterResource parameter)
    {
        Writer.WriteString("type", "parameter.v0");
        if (parameter is ConnectionStringParameterResource)
        {
            Writer.WriteString("connectionString", $"{{{parameter.Name}.value}}");
        }

        Writer.WriteString("value", $"{{{parameter.Name}.inputs.value}}");
        Writer.WriteStartObject("inputs");
        Writer.WriteStartObject("value");
        Writer.WriteString("type", "string");
        if (parameter.Secret)
        {
            Writer.WriteBoolean("secret", true);
        }

        if (parameter.Default is not null)
        {
            Writer.WriteStartObject("default");
            parameter.Default.WriteToManifest(context);
            Writer.WriteEndObject();
        }

        Writer.WriteEndObject();
        Writer.WriteEndObject();
    }

    private async Task WriteArgsAsync(IResource resource)
    {
        var args = new List<object>();
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            await annotation.Callback(new CommandLineArgsCallbackContext(args, context.CancellationToken)).ConfigureAwait(false);
        }

        if (args.Count > 0)
        {
            Writer.WriteStartArray("args");
            foreach (var arg in args)
            {
                Writer.WriteStringValue(Expression(arg));
            }

            Writer.WriteEndArray();
        }
    }

    private async Task WriteEnvironmentAsync(IResource resource)
    {
        var environment = new EnvironmentCallbackContext(context.ExecutionContext, resource, cancellationToken: context.CancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(environment).ConfigureAwait(false);
        }

        if (environment.EnvironmentVariables.Count > 0)
        {
            Writer.WriteStartObject("env");
            foreach (var (name, value) in environment.EnvironmentVariables)
            {
                Writer.WriteString(name, Expression(value));
            }

            Writer.WriteEndObject();
        }
    }

    private void WriteBindings(IResource resource)
    {
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().ToArray();
        if (endpoints.Length == 0)
        {
            return;
        }

        Writer.WriteStartObject("bindings");
        foreach (var endpoint in endpoints)
        {
            Writer.WriteStartObject(endpoint.Name);
            Writer.WriteString("scheme", endpoint.UriScheme);
            Writer.WriteString("protocol", "tcp");
            Writer.WriteString("transport", endpoint.Transport);
            WriteNumber("port", endpoint.Port);
            WriteNumber("targetPort", endpoint.TargetPort);
            if (endpoint.IsExternal)
            {
                Writer.WriteBoolean("external", true);
            }

            Writer.WriteEndObject();
        }

        Writer.WriteEndObject();
    }

    private void WriteMounts(ContainerResource container, ContainerMountType type, string property)
    {
        var mounts = container.Annotations.OfType<ContainerMountAnnotation>().Where(m => m.Type == type).ToArray();
        if (mounts.Length == 0)
        {
            return;
        }

        Writer.WriteStartArray(property);
        foreach (var mount in mounts)
        {
            Writer.WriteStartObject();
            if (mount.Source is not null)
            {
                var isVolume = type == ContainerMountType.Volume;
                Writer.WriteString(isVolume ? "name" : "source", isVolume ? mount.Source : RelativePath(mount.Source));
            }

            Writer.WriteString("target", mount.Target);
            Writer.WriteBoolean("readOnly", mount.IsReadOnly);
            Writer.WriteEndObject();
        }

        Writer.WriteEndArray();
    }

    private void WriteNumber(string property, int? value)
    {
        if (value is not null)
        {
            Writer.WriteNumber(property, value.Value);
        }
    }

    private static string Expression(object value) => value switch
    {
        IManifestExpressionProvider expression => expression.ValueExpression,
        _ => value.ToString() ?? "",
    };

    private string RelativePath(string path) =>
        Path.GetRelativePath(Path.GetDirectoryName(context.ManifestPath)!, path).Replace('\\', '/');
}
