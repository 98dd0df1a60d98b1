using System.IO.Compression;
using System.Text;
using Microsoft.ML.Diffusion.Parquet.Files;
using Microsoft.ML.Diffusion.Parquet.Formats;
using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.StoredTables;

namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>Writes a CSV file piece by piece, in its encoding, packed by gzip where its name ends in <c>.gz</c>; a Parquet or Arrow file
/// of the same cells where its name ends as theirs do.</summary>
internal sealed class CsvWriter : IDisposable
{
    private readonly string _path;
    private readonly Encoding? _encoding;
    private readonly Action<Action<Stream>> _append;
    private GZipStream? _packed;
    private Stream? _encoded;
    private StoredOutput? _stored;

    /// <param name="path">The file's name.</param>
    /// <param name="encoding">How characters are bytes; null for UTF-8.</param>
    /// <param name="append">Gives the file to whatever writes to it.</param>
    public CsvWriter(string path, Encoding? encoding, Action<Action<Stream>> append)
    {
        _path = path;
        _encoding = encoding;
        _append = append;
    }

    /// <summary>Starts an output that is written as an input is: in its encoding, or in the types of its columns.</summary>
    /// <param name="output">The output.</param>
    /// <param name="source">The input; null where there is none.</param>
    /// <param name="isFilled">Whether no cell is empty that has a value in the input.</param>
    public static CsvWriter To(OutputFile output, CsvBlocks? source, bool isFilled = false)
    {
        StoredFormat? format = StoredFormats.OfFile(output.Path);
        return new CsvWriter(output.Path, format is null ? source?.Encoding : null, output.Append)
        {
            _stored = format is null ? null : new StoredOutput(format, output.Path, source, isFilled),
        };
    }

    /// <summary>Writes a piece of the text, in UTF-8.</summary>
    /// <exception cref="InputException">The disk is full, or a text that the encoding cannot say.</exception>
    public void Write(Action<Stream> write) => Guard(file =>
    {
        if (_stored is not null)
            _stored.Add(write);
        else
            write(Chain(file));
    });

    /// <summary>Writes what is still on its way.</summary>
    /// <exception cref="InputException">The disk is full, or a text that the encoding cannot say.</exception>
    public void Finish() => Guard(file =>
    {
        if (_stored is not null)
        {
            _stored.WriteTo(file);
            return;
        }

        Chain(file);
        _encoded?.Dispose();
        _encoded = null;
        _packed?.Dispose();
        _packed = null;
    });

    /// <summary>Gives up what is still on its way.</summary>
    public void Dispose()
    {
        _stored?.Dispose();
        foreach (Stream? stream in (Stream?[])[_encoded, _packed])
        {
            try
            {
                stream?.Dispose();
            }
            catch (Exception e) when (e is IOException or EncoderFallbackException or ObjectDisposedException)
            {
                // The file is thrown away with the rest.
            }
        }
    }

    private Stream Chain(Stream file)
    {
        if (_path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            _packed ??= new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true);
        if (_encoding is not null)
            _encoded ??= TextEncoding.Writing((Stream?)_packed ?? file, _encoding);
        return _encoded ?? _packed ?? file;
    }

    private void Guard(Action<Stream> write)
    {
        try
        {
            _append(write);
        }
        catch (EncoderFallbackException e)
        {
            string text = e.CharUnknownHigh != '\0' ? new string([e.CharUnknownHigh, e.CharUnknownLow]) : e.CharUnknown.ToString();
            throw new InputException(
                $"{StandardStream.OutputName(_path)} cannot be written in {_encoding!.WebName} as the input is, which lacks the character " +
                $"'{text}'; an input in UTF-8 was expected.",
                e);
        }
    }
}
