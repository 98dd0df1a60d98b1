using System.Reflection;
namespace Microsoft.ML.Diffusion.MLNetInternals;

/// <summary>One component of a model file: a versioned header, the component's own settings, and any number of streams.</summary>
/// <param name="Name">What a sentence about the file calls the component.</param>
/// <param name="Signature">Eight characters that say whose data this is.</param>
/// <param name="LoaderName">The name under which the component is registered to be loaded.</param>
/// <param name="Version">The version of what is written and read; others are refused.</param>
internal sealed record ComponentFile(string Name, string Signature, string LoaderName, uint Version)
{
    /// <summary>The assembly that the component is registered in; this one unless another says so.</summary>
    public Assembly Assembly { get; init; } = typeof(ComponentFile).Assembly;

    /// <summary>Writes the header and then the settings.</summary>
    public void Save(ModelSaveContext context, Action<BinaryWriter> settings)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.CheckAtModel();
        context.SetVersionInfo(VersionInfo);
        settings(context.Writer);
    }

    /// <summary>Writes a stream beside the settings.</summary>
    public static void SaveStream(ModelSaveContext context, string name, Action<BinaryWriter> body) => context.SaveBinaryStream(name, body);

    /// <summary>Checks the header and reads the settings.</summary>
    /// <param name="context">The file.</param>
    /// <param name="settings">Reads the settings.</param>
    /// <exception cref="InvalidDataException">The file is cut short, or was written by another version.</exception>
    public T Load<T>(ModelLoadContext context, Func<BinaryReader, T> settings)
    {
        uint written = context.Header.ModelVerReadable;
        if (written != Version)
            throw new InvalidDataException(
                $"The model file holds version {written} of {Name}, and this version of Microsoft.ML.Diffusion reads version {Version}: " +
                $"{(written > Version ? "update the package, or " : "")}train and save the model with the version in use here.");
        context.CheckAtModel(VersionInfo);
        return Guard(context.Reader, settings);
    }

    /// <summary>Reads a stream beside the settings.</summary>
    /// <exception cref="InvalidDataException">The stream is not there, or is cut short.</exception>
    public T LoadStream<T>(ModelLoadContext context, string name, Func<BinaryReader, T> body)
        where T : class
    {
        return TryLoadStream(context, name, body)
            ?? throw new InvalidDataException($"The model file is damaged: the part '{name}' of {Name} is not in it.");
    }

    /// <summary>Reads a stream that may be there; null where it is not.</summary>
    /// <exception cref="InvalidDataException">The stream is cut short.</exception>
    public T? TryLoadStream<T>(ModelLoadContext context, string name, Func<BinaryReader, T> body)
        where T : class
    {
        T? result = null;
        return context.TryLoadBinaryStream(name, reader => result = Guard(reader, body)) ? result : null;
    }

    private VersionInfo VersionInfo => new(
        modelSignature: Signature,
        verWrittenCur: Version,
        verReadableCur: Version,
        verWeCanReadBack: Version,
        loaderAssemblyName: Assembly.FullName,
        loaderSignature: LoaderName);

    private T Guard<T>(BinaryReader reader, Func<BinaryReader, T> read)
    {
        try
        {
            return read(reader);
        }
        catch (EndOfStreamException truncated)
        {
            throw new InvalidDataException($"The model file is damaged: it ends in the middle of {Name}.", truncated);
        }
        catch (Exception e) when (e is (IOException or FormatException or ArgumentException or ArithmeticException
            or InvalidOperationException or IndexOutOfRangeException) and not InvalidDataException)
        {
            // What ML.NET's types, which are made of what was read, refuse.
            throw new InvalidDataException($"The model file is damaged: the parts of {Name} contradict each other.", e);
        }
    }
}
