namespace Microsoft.ML;

// What a saved component says of itself: eight characters of kind, versions, and who can read it back.
internal readonly struct VersionInfo
{
    public readonly ulong ModelSignature;
    public readonly uint VerWrittenCur;
    public readonly uint VerReadableCur;
    public readonly uint VerWeCanReadBack;
    public readonly string LoaderSignature;
    public readonly string LoaderSignatureAlt;
    public readonly string LoaderAssemblyName;

    public VersionInfo(string modelSignature, uint verWrittenCur, uint verReadableCur, uint verWeCanReadBack,
        string loaderAssemblyName, string loaderSignature = null, string loaderSignatureAlt = null)
    {
        if (modelSignature?.Length != 8 || modelSignature.Any(c => c > 0xFF))
            throw new ArgumentException("A model signature has eight characters of one byte each.", nameof(modelSignature));
        for (int i = 7; i >= 0; i--)
            ModelSignature = (ModelSignature << 8) | modelSignature[i];
        VerWrittenCur = verWrittenCur;
        VerReadableCur = verReadableCur;
        VerWeCanReadBack = verWeCanReadBack;
        LoaderAssemblyName = loaderAssemblyName;
        LoaderSignature = loaderSignature;
        LoaderSignatureAlt = loaderSignatureAlt;
    }
}

// What is read back of it.
internal struct ModelHeader
{
    public ulong ModelSignature;
    public uint ModelVerWritten;
    public uint ModelVerReadable;
}

internal delegate void SignatureLoadModel(ModelLoadContext ctx);
