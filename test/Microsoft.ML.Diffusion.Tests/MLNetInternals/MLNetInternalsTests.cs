using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Microsoft.ML.Diffusion.Tests.MLNetInternals;

public class MLNetInternalsTests
{
    // All that the library touches of ML.NET's internals. A later ML.NET that moves one of them fails here by name.
    private static readonly string[] s_internals =
    [
        "IHostEnvironmentInternal.get_FallbackToCpu",
        "IHostEnvironmentInternal.get_GpuDeviceId",
        "IHostEnvironmentInternal.get_Seed",
        "ICancelable.get_IsCanceled",
        "IInternalCatalog.get_Environment",
        "ITransformerWithDifferentMappingAtTrainingTime.TransformForTrainingPipeline",
        "LoadableClassAttribute..ctor",
        "ModelHeader.ModelVerReadable",
        "ModelLoadContext.CheckAtModel",
        "ModelLoadContext.Header",
        "ModelLoadContext.Reader",
        "ModelLoadContext.TryLoadBinaryStream",
        "ModelSaveContext.CheckAtModel",
        "ModelSaveContext.SaveBinaryStream",
        "ModelSaveContext.SetVersionInfo",
        "ModelSaveContext.Writer",
        "SchemaShape+Column..ctor",
        "VersionInfo..ctor",
    ];

    [Fact]
    public void Every_member_of_ML_NET_that_the_library_calls_is_where_it_was()
    {
        string[] found = [.. MembersOfMLNet().Where(member => !IsPublic(member)).Select(NameOf)];

        Assert.Equal(s_internals.Order(StringComparer.Ordinal), found.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public void The_public_surface_shows_none_of_the_internals()
    {
        IEnumerable<Type> shown = typeof(DiffusionImputeEstimator).Assembly.GetExportedTypes()
            .SelectMany(type => type.GetMembers())
            .SelectMany(member => member switch
            {
                MethodBase method => method.GetParameters().Select(parameter => parameter.ParameterType),
                PropertyInfo property => [property.PropertyType],
                FieldInfo field => [field.FieldType],
                _ => Type.EmptyTypes,
            });

        Assert.All(shown, type => Assert.True(type.IsVisible || type.IsGenericParameter, type.ToString()));
    }

    private static IEnumerable<MemberInfo> MembersOfMLNet()
    {
        Module library = typeof(DiffusionImputeEstimator).Module;
        using var file = new PEReader(File.OpenRead(library.FullyQualifiedName));
        MetadataReader metadata = file.GetMetadataReader();
        foreach (MemberReferenceHandle handle in metadata.MemberReferences)
        {
            EntityHandle parent = metadata.GetMemberReference(handle).Parent;
            if (parent.Kind != HandleKind.TypeReference)
                continue;
            Type type = library.ResolveType(MetadataTokens.GetToken(parent));
            string assembly = type.Assembly.GetName().Name!;
            if (assembly is "Microsoft.ML.Core" or "Microsoft.ML.Data" or "Microsoft.ML.DataView")
                yield return library.ResolveMember(MetadataTokens.GetToken(handle))!;
        }
    }

    private static bool IsPublic(MemberInfo member) => member.DeclaringType!.IsVisible && member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic,
        _ => true,
    };

    private static string NameOf(MemberInfo member)
    {
        string type = member.DeclaringType!.IsNested ? $"{member.DeclaringType.DeclaringType!.Name}+{member.DeclaringType.Name}" : member.DeclaringType.Name;
        return $"{type}.{member.Name}";
    }
}
