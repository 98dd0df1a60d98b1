using System.Collections.Immutable;
using System.IO.Compression;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Microsoft.ML.Diffusion.Packages.Tests.Packages;

/// <summary>Reads packages.</summary>
internal static class PackageFile
{
    /// <summary>What the package says about itself.</summary>
    public static XElement Metadata(ZipArchive package)
    {
        using Stream stream = package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(stream).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
    }

    /// <summary>One text of what the package says about itself.</summary>
    public static string Value(XElement metadata, string name) =>
        metadata.Elements().Single(element => element.Name.LocalName == name).Value;

    /// <summary>The text of an entry.</summary>
    public static string Text(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }

    /// <summary>An entry as an assembly.</summary>
    public static PEReader Open(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        return new PEReader(Copy(stream));
    }

    /// <summary>The version with which an assembly was built, and the commit.</summary>
    public static string InformationalVersion(byte[] assembly)
    {
        using var file = new PEReader(ImmutableArray.Create(assembly));
        MetadataReader reader = file.GetMetadataReader();
        foreach (CustomAttributeHandle handle in reader.GetAssemblyDefinition().GetCustomAttributes())
        {
            CustomAttribute attribute = reader.GetCustomAttribute(handle);
            if (attribute.Constructor.Kind != HandleKind.MemberReference)
                continue;
            var type = (TypeReferenceHandle)reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
            if (reader.GetString(reader.GetTypeReference(type).Name) != nameof(AssemblyInformationalVersionAttribute))
                continue;
            BlobReader value = reader.GetBlobReader(attribute.Value);
            value.ReadUInt16(); // every attribute begins with this number
            return value.ReadSerializedString()!;
        }
        throw new InvalidDataException("The assembly has no informational version.");
    }

    /// <summary>A stream in memory, with its position at the beginning.</summary>
    public static MemoryStream Copy(Stream stream)
    {
        var copy = new MemoryStream();
        stream.CopyTo(copy);
        copy.Position = 0;
        return copy;
    }
}
