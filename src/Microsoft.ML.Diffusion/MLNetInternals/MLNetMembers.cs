using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Microsoft.ML.Diffusion.MLNetInternals;

/// <summary>Looks once whether the ML.NET in use has every member that this library calls: the library uses a few that are not public, and
/// a later version may move them. Without the look a training would fail at its end.</summary>
internal static class MLNetMembers
{
    private const string Versions = "5.0.1 to 6.0.0";

    private static readonly Lazy<string?> s_missing = new(FindMissing);

    /// <summary>Refuses an ML.NET in which something is not where it was.</summary>
    /// <exception cref="NotSupportedException">It is not; the sentence says which versions work.</exception>
    public static void Require()
    {
        if (s_missing.Value is not { } missing)
            return;
        Version? found = typeof(MLContext).Assembly.GetName().Version;
        throw new NotSupportedException(
            $"Microsoft.ML.Diffusion works with ML.NET {Versions}: the version in use ({found}) lacks {missing}, or has another.");
    }

    [UnconditionalSuppressMessage(
        "Trimming", "IL2026", Justification = "The metadata and the tokens are those of the assembly as it runs; members in use are kept.")]
    private static unsafe string? FindMissing()
    {
        Module library = typeof(MLNetMembers).Module;
        if (!library.Assembly.TryGetRawMetadata(out byte* start, out int length))
            return null;
        var metadata = new MetadataReader(start, length);
        foreach (MemberReferenceHandle handle in metadata.MemberReferences)
        {
            MemberReference member = metadata.GetMemberReference(handle);
            if (member.Parent.Kind != HandleKind.TypeReference)
                continue;
            TypeReference type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent);
            if (!IsOfMLNet(metadata, type))
                continue;
            string name = $"{metadata.GetString(type.Name)}.{metadata.GetString(member.Name)}";
            try
            {
                if (library.ResolveMember(MetadataTokens.GetToken(handle)) is null)
                    return name;
            }
            catch (Exception e) when (
                e is MissingMemberException or TypeLoadException or IOException or ArgumentException or BadImageFormatException)
            {
                return name;
            }
        }

        return null;
    }

    private static bool IsOfMLNet(MetadataReader metadata, TypeReference type)
    {
        EntityHandle scope = type.ResolutionScope;
        while (scope.Kind == HandleKind.TypeReference)
            scope = metadata.GetTypeReference((TypeReferenceHandle)scope).ResolutionScope;
        if (scope.Kind != HandleKind.AssemblyReference)
            return false;
        string assembly = metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)scope).Name);
        return assembly is "Microsoft.ML.Core" or "Microsoft.ML.Data" or "Microsoft.ML.DataView";
    }
}
