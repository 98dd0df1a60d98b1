using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

// OpenInternals FOLDER TYPES ASSEMBLY...
// Writes into FOLDER a copy of each assembly in which the TYPES (full names between semicolons, '+' before a nested one) and
// their internal members are public. Only the flags in three metadata tables change (ECMA-335 II.22.15, 22.26 and 22.37), in
// place, so the copies serve a compiler and nothing else: OpenInternals.targets.
string folder = args[0];
HashSet<string> missing = [.. args[1].Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
string[] wanted = [.. missing];
Directory.CreateDirectory(folder);
foreach (string assembly in args[2..])
{
    byte[] image = File.ReadAllBytes(assembly);
    using var pe = new PEReader(new MemoryStream(image, writable: false));
    MetadataReader metadata = pe.GetMetadataReader();
    foreach (TypeDefinitionHandle handle in metadata.TypeDefinitions)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        if (!wanted.Contains(FullName(metadata, type), StringComparer.Ordinal))
            continue;
        missing.Remove(FullName(metadata, type));
        TypeAttributes typeVisibility = type.IsNested ? TypeAttributes.NestedPublic : TypeAttributes.Public;
        BinaryPrimitives.WriteInt32LittleEndian(
            FlagsOf(handle, TableIndex.TypeDef, flagsAt: 0),
            (int)((type.Attributes & ~TypeAttributes.VisibilityMask) | typeVisibility));
        foreach (FieldDefinitionHandle field in type.GetFields())
        {
            FieldAttributes flags = metadata.GetFieldDefinition(field).Attributes;
            if ((flags & FieldAttributes.FieldAccessMask) is FieldAttributes.Assembly or FieldAttributes.FamANDAssem)
                WriteFlags(field, TableIndex.Field, flagsAt: 0, (int)((flags & ~FieldAttributes.FieldAccessMask) | FieldAttributes.Public));
        }

        foreach (MethodDefinitionHandle method in type.GetMethods())
        {
            MethodAttributes flags = metadata.GetMethodDefinition(method).Attributes;
            if ((flags & MethodAttributes.MemberAccessMask) is MethodAttributes.Assembly or MethodAttributes.FamANDAssem)
                WriteFlags(method, TableIndex.MethodDef, flagsAt: 6, (int)((flags & ~MethodAttributes.MemberAccessMask) | MethodAttributes.Public));
        }
    }

    File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(assembly)), image);

    Span<byte> FlagsOf(EntityHandle handle, TableIndex table, int flagsAt) =>
        image.AsSpan(pe.PEHeaders.MetadataStartOffset + metadata.GetTableMetadataOffset(table)
            + (metadata.GetTableRowSize(table) * (MetadataTokens.GetRowNumber(handle) - 1)) + flagsAt);

    void WriteFlags(EntityHandle handle, TableIndex table, int flagsAt, int flags) =>
        BinaryPrimitives.WriteUInt16LittleEndian(FlagsOf(handle, table, flagsAt), (ushort)flags);
}

if (missing.Count == 0)
    return 0;
Console.Error.WriteLine($"error : {string.Join(", ", missing)} not found in {string.Join(", ", args[2..].Select(Path.GetFileName))}: this version of ML.NET has moved or renamed what this library relies on.");
return 1;

static string FullName(MetadataReader metadata, TypeDefinition type)
{
    string name = metadata.GetString(type.Name);
    if (type.IsNested)
        return FullName(metadata, metadata.GetTypeDefinition(type.GetDeclaringType())) + "+" + name;
    return metadata.GetString(type.Namespace) + "." + name;
}
