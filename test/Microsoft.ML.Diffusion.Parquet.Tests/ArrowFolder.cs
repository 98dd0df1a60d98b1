using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;

namespace Microsoft.ML.Diffusion.Parquet.Tests;

/// <summary>A folder of Arrow files that are written and read with Apache.Arrow itself; it goes away with its test.</summary>
internal sealed class ArrowFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("arrow-");

    public string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    public string PathOf(string name) => System.IO.Path.Combine(_folder.FullName, name);

    /// <summary>Writes a file of record batches.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="columns">Names of the columns.</param>
    /// <param name="batches">For each batch, an array for each column.</param>
    public string Write(string name, string[] columns, params IArrowArray[][] batches) => Write(name, codec: null, columns, batches);

    /// <summary>Writes a file of record batches, compressed.</summary>
    public string Write(string name, CompressionCodecType? codec, string[] columns, params IArrowArray[][] batches)
    {
        var schema = new Schema(columns.Select((column, i) => new Field(column, batches[0][i].Data.DataType, nullable: true)), null);
        using FileStream stream = File.Create(PathOf(name));
        using var writer = new ArrowFileWriter(stream, schema, leaveOpen: false, new IpcOptions
        {
            CompressionCodec = codec,
            CompressionCodecFactory = codec is null ? null : new CompressionCodecFactory(),
        });
        foreach (IArrowArray[] batch in batches)
            writer.WriteRecordBatch(new RecordBatch(schema, batch, batch[0].Length));
        writer.WriteEnd();
        return PathOf(name);
    }

    /// <summary>The columns of a file, the values of all its batches, and how many these are.</summary>
    public static (IReadOnlyList<Field> Fields, object?[][] Rows, int Batches) Read(string path)
    {
        using var reader = new ArrowFileReader(File.OpenRead(path));
        var rows = new List<object?[]>();
        int batches = 0;
        for (; reader.ReadNextRecordBatch() is { } batch; batches++)
            rows.AddRange(Enumerable.Range(0, batch.Length).Select(row => batch.Arrays.Select(array => ValueOf(array, row)).ToArray()));
        return (reader.Schema.FieldsList, [.. rows], batches);
    }

    /// <summary>The texts of a dictionary, in its order.</summary>
    public static string[] LevelsOf(string path, string column)
    {
        using var reader = new ArrowFileReader(File.OpenRead(path));
        var texts = (StringArray)((DictionaryArray)reader.ReadNextRecordBatch().Column(column)).Dictionary;
        return [.. Enumerable.Range(0, texts.Length).Select(i => texts.GetString(i))];
    }

    /// <summary>Texts kept as places in a list.</summary>
    public static DictionaryArray Dictionary(string[] levels, bool isOrdered, params sbyte?[] places) => new(
        new DictionaryType(Int8Type.Default, StringType.Default, isOrdered),
        Numbers<sbyte, Int8Array, Int8Array.Builder>(places), Texts(levels));

    public static StringArray Texts(params string?[] texts) => texts.Aggregate(
        new StringArray.Builder(), (builder, text) => text is null ? builder.AppendNull() : builder.Append(text)).Build();

    public static Int32Array Integers(params int?[] values) => Numbers<int, Int32Array, Int32Array.Builder>(values);

    public static DoubleArray Doubles(params double?[] values) => Numbers<double, DoubleArray, DoubleArray.Builder>(values);

    public static TArray Numbers<T, TArray, TBuilder>(params T?[] values)
        where T : struct
        where TArray : class, IArrowArray
        where TBuilder : class, IArrowArrayBuilder<T, TArray, TBuilder>, new() => Fill<T, TArray, TBuilder>(new TBuilder(), values);

    public static TArray Fill<T, TArray, TBuilder>(TBuilder builder, params T?[] values)
        where T : struct
        where TArray : IArrowArray
        where TBuilder : IArrowArrayBuilder<T, TArray, TBuilder>
    {
        foreach (T? value in values)
        {
            if (value is { } there)
                builder.Append(there);
            else
                builder.AppendNull();
        }

        return builder.Build(null);
    }

    private static object? ValueOf(IArrowArray array, int row) => array switch
    {
        StringArray texts => texts.GetString(row),
        LargeStringArray texts => texts.GetString(row),
        DictionaryArray texts => ValueOf(texts.Indices, row) is { } place
            ? ValueOf(texts.Dictionary, Convert.ToInt32(place, System.Globalization.CultureInfo.InvariantCulture)) : null,
        BooleanArray flags => flags.GetValue(row),
        Decimal128Array numbers => numbers.GetValue(row),
        Date32Array days => days.GetDateTime(row),
        Date64Array days => days.GetDateTime(row),
        TimestampArray moments => moments.GetTimestamp(row),
        Time32Array times => times.GetValue(row),
        Time64Array times => times.GetValue(row),
        Int8Array numbers => numbers.GetValue(row),
        Int16Array numbers => numbers.GetValue(row),
        Int32Array numbers => numbers.GetValue(row),
        Int64Array numbers => numbers.GetValue(row),
        UInt8Array numbers => numbers.GetValue(row),
        UInt16Array numbers => numbers.GetValue(row),
        UInt32Array numbers => numbers.GetValue(row),
        UInt64Array numbers => numbers.GetValue(row),
        FloatArray numbers => numbers.GetValue(row),
        DoubleArray numbers => numbers.GetValue(row),
        _ => throw new ArgumentException($"No values of {array.Data.DataType.Name} are read here.", nameof(array)),
    };
}
