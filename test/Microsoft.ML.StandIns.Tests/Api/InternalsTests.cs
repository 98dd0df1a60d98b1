using System.Reflection;

namespace Microsoft.ML.StandIns.Tests.Api;

/// <summary>The internals of ML.NET that the extension stands on, in whichever package was restored.</summary>
public sealed class InternalsTests
{
    [Theory]
    [InlineData("Microsoft.ML.ModelSaveContext", "System.Void CheckAtModel()")]
    [InlineData("Microsoft.ML.ModelSaveContext", "System.Void SetVersionInfo(Microsoft.ML.VersionInfo ver)")]
    [InlineData("Microsoft.ML.ModelSaveContext", "readonly System.IO.BinaryWriter Writer")]
    [InlineData("Microsoft.ML.ModelSaveContext", "System.Void SaveBinaryStream(System.String name, System.Action`1[System.IO.BinaryWriter] action)")]
    [InlineData("Microsoft.ML.ModelLoadContext", "System.Void CheckAtModel(Microsoft.ML.VersionInfo ver)")]
    [InlineData("Microsoft.ML.ModelLoadContext", "readonly System.IO.BinaryReader Reader")]
    [InlineData("Microsoft.ML.ModelLoadContext", "Microsoft.ML.ModelHeader Header")]
    [InlineData("Microsoft.ML.ModelLoadContext", "System.Boolean TryLoadBinaryStream(System.String name, System.Action`1[System.IO.BinaryReader] action)")]
    [InlineData("Microsoft.ML.ModelHeader", "System.UInt32 ModelVerWritten")]
    [InlineData("Microsoft.ML.ModelHeader", "System.UInt32 ModelVerReadable")]
    [InlineData("Microsoft.ML.VersionInfo", ".ctor(System.String modelSignature, System.UInt32 verWrittenCur, System.UInt32 verReadableCur, System.UInt32 verWeCanReadBack, System.String loaderAssemblyName, System.String loaderSignature = default, System.String loaderSignatureAlt = default)")]
    [InlineData("Microsoft.ML.LoadableClassAttribute", ".ctor(System.String summary, System.Type instType, System.Type loaderType, System.Type argType, System.Type sigType, System.String userName, params System.String[] loadNames)")]
    [InlineData("Microsoft.ML.SignatureLoadModel", "System.Void Invoke(Microsoft.ML.ModelLoadContext ctx)")]
    [InlineData("Microsoft.ML.ITransformerWithDifferentMappingAtTrainingTime", "abstract Microsoft.ML.IDataView TransformForTrainingPipeline(Microsoft.ML.IDataView input)")]
    [InlineData("Microsoft.ML.Runtime.ICancelable", "property System.Boolean IsCanceled")]
    [InlineData("Microsoft.ML.Runtime.IHostEnvironmentInternal", "property System.Nullable`1[System.Int32] Seed")]
    [InlineData("Microsoft.ML.Runtime.IHostEnvironmentInternal", "property System.Nullable`1[System.Int32] GpuDeviceId")]
    [InlineData("Microsoft.ML.Runtime.IHostEnvironmentInternal", "property System.Boolean FallbackToCpu")]
    [InlineData("Microsoft.ML.SchemaShape+Column", ".ctor(System.String name, Microsoft.ML.SchemaShape+Column+VectorKind vecKind, Microsoft.ML.Data.DataViewType itemType, System.Boolean isKey, Microsoft.ML.SchemaShape annotations = default)")]
    public void Core_has(string type, string member) => AssertHas(typeof(ITransformer).Assembly, type, member);

    [Fact]
    public void Data_has_the_environment_behind_a_catalog()
        => AssertHas(typeof(MLContext).Assembly, "Microsoft.ML.Data.IInternalCatalog", "property Microsoft.ML.Runtime.IHostEnvironment Environment");

    private static void AssertHas(Assembly assembly, string typeName, string member)
    {
        Type? type = assembly.GetType(typeName);
        Assert.NotNull(type);
        Assert.Contains(member, Signatures.All(type));
    }
}
