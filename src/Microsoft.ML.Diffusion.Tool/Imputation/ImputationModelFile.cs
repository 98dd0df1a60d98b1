using System.IO.Compression;
using System.Text.Json;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Series;
using Microsoft.ML.Diffusion.Tool.Synthesis;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion.Tool.Imputation;

/// <summary>Model files: what <c>ml.Model.Save</c> writes, and beside it in the zip how columns write their numbers. A C#
/// program loads the file with <c>ml.Model.Load</c>, and the tool loads what a C# program saved.</summary>
internal static class ImputationModelFile
{
    private const string FormatsEntry = "mldiffusion/number-formats.json", ColumnsEntry = "mldiffusion/columns.json";
    private const string Damaged = " damaged: ";

    // The earliest time a zip can name: the same model gives the same bytes at any time.
    private static readonly DateTimeOffset s_noTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes a model.</summary>
    public static void Write(ImputationModel model, Stream output) =>
        Write(model.Transformer, model.Schema, model.Formats, output, model.FileColumns);

    /// <summary>Writes a model that makes rows.</summary>
    public static void Write(SynthesisModel model, Stream output) =>
        Write(model.Transformer, model.Schema, model.Formats, output, model.FileColumns);

    /// <summary>Writes a model of series.</summary>
    public static void Write(SeriesModel model, Stream output) => Write(model.Chain, model.Schema, model.Formats, output);

    /// <summary>Writes a model of pictures. Their columns are not named in it, since ML.NET cannot write images.</summary>
    public static void Write(DiffusionSegmentationTransformer model, Stream output) => Write(model, schema: null, numberFormats: null, output);

    private static void Write(
        ITransformer transformer, DataViewSchema? schema, IReadOnlyDictionary<string, CellFormat>? numberFormats, Stream output,
        IReadOnlyList<string>? fileColumns = null)
    {
        using var buffer = new MemoryStream();
        new MLContext().Model.Save(transformer, schema, buffer);
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Update, leaveOpen: true))
        {
            if (numberFormats is not null)
            {
                using Stream formats = zip.CreateEntry(FormatsEntry).Open();
                JsonSerializer.Serialize(formats, numberFormats);
            }

            if (fileColumns is not null)
            {
                using Stream columns = zip.CreateEntry(ColumnsEntry).Open();
                JsonSerializer.Serialize(columns, fileColumns);
            }

            foreach (ZipArchiveEntry entry in zip.Entries)
                entry.LastWriteTime = s_noTime;
        }

        buffer.Position = 0;
        buffer.CopyTo(output);
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="InputException">No such file, no model of ML.NET, damaged, too new, or a model of something else.</exception>
    public static ImputationModel Read(string path)
    {
        (ITransformer transformer, DataViewSchema schema, var formats, var fileColumns) = ReadAny(path);
        return transformer is DiffusionImputeTransformer impute
            ? new ImputationModel(impute, schema, formats, fileColumns)
            : throw new InputException(
                $"{path} is an ML.NET model of something else; one of DiffusionImpute alone was expected, such as mldiffusion train writes.");
    }

    /// <summary>Reads a model that makes rows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="warn">Told what the model warns of when it makes rows.</param>
    /// <exception cref="InputException">As for <see cref="Read"/>.</exception>
    public static SynthesisModel ReadSynthesis(string path, Action<string> warn)
    {
        (ITransformer transformer, DataViewSchema schema, var formats, var fileColumns) = ReadAny(path, warn);
        return transformer is DiffusionSynthesizeTransformer synthesize
            ? new SynthesisModel(synthesize, schema, formats, fileColumns)
            : throw new InputException(
                $"{path} is an ML.NET model of something else; one of DiffusionSynthesize alone was expected, such as mldiffusion train --for " +
                "synthesize writes.");
    }

    /// <summary>Reads a model of series.</summary>
    /// <exception cref="InputException">As for <see cref="Read"/>.</exception>
    public static SeriesModel ReadSeries(string path)
    {
        (ITransformer transformer, DataViewSchema schema, var formats, _) = ReadAny(path);
        var model = new SeriesModel(transformer, schema, formats);
        return model.Transformer is { OrderColumn: not null, IsStepPerRow: true } ? model : throw new InputException(
            $"{path} is an ML.NET model of something else; one of DiffusionImputeSeries was expected, such as mldiffusion impute-series --save " +
            "writes.");
    }

    /// <summary>One sentence. ML.NET calls our loaders by reflection, so that what they say lies under what it says.</summary>
    private static string Refusal(string path, Exception e)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause is not InvalidDataException)
                continue;
            string sentence = ImputationModel.Sentence(cause);
            int colon = sentence.IndexOf(Damaged, StringComparison.Ordinal);
            return colon < 0 ? $"{path} cannot be used as a model: {sentence}" : $"{path} is{sentence[colon..]}";
        }

        return $"{path} cannot be used as a model: {ImputationModel.Sentence(e.GetBaseException())}";
    }

    /// <summary>Reads whatever model a file holds.</summary>
    /// <exception cref="InputException">No such file, no model of ML.NET, damaged, or too new.</exception>
    public static (ITransformer Transformer, DataViewSchema Schema, IReadOnlyDictionary<string, CellFormat> Formats,
        IReadOnlyList<string> FileColumns) ReadAny(string path, Action<string>? warn = null)
    {
        using var file = new MemoryStream(InputFile.ReadBytes(path));
        ITransformer transformer;
        DataViewSchema schema;
        Dictionary<string, CellFormat> formats = [];
        string[]? fileColumns = null;
        try
        {
            using (var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true))
            {
                ModelArchive.Check(zip, file.Length);
                if (zip.GetEntry(FormatsEntry) is { } entry)
                {
                    using Stream stream = entry.Open();
                    formats = JsonSerializer.Deserialize<Dictionary<string, CellFormat>>(stream) ?? formats;
                }

                if (zip.GetEntry(ColumnsEntry) is { } columns)
                {
                    using Stream stream = columns.Open();
                    fileColumns = JsonSerializer.Deserialize<string[]>(stream);
                    // A name of null is no name, and two of one name leave a column out.
                    if (fileColumns is not null && fileColumns.ToHashSet(StringComparer.Ordinal).Count < fileColumns.Length)
                        throw new InvalidDataException($"The model is{Damaged}it names a column twice.");
                }
            }

            file.Position = 0;
            var ml = new MLContext();
            ml.Log += (_, message) =>
            {
                if (message.Kind == ChannelMessageKind.Warning)
                    warn?.Invoke(message.RawMessage);
            };
            transformer = ml.Model.Load(file, out schema);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InputException(Refusal(path, e), e);
        }

        if (transformer is IEnumerable<ITransformer> chain && chain.Take(2).ToArray() is [var only])
            transformer = only;
        fileColumns ??= [.. schema?.Where(column => !column.IsHidden).Select(column => column.Name) ?? []];
        return (transformer, schema!, formats, fileColumns);
    }
}
