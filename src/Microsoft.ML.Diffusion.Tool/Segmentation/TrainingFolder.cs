using System.Globalization;
using Microsoft.ML.Diffusion.Tool.Terminal;
using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Tool.Segmentation;

/// <summary>Pictures of a folder with the masks that some of them have, checked.</summary>
internal sealed class TrainingFolder
{
    private readonly string _images;
    private readonly string _masks;
    private readonly Row[] _rows;

    private TrainingFolder(string images, string masks, Row[] rows, int classes, bool isGrey) =>
        (_images, _masks, _rows, Classes, Channels) = (images, masks, rows, classes, isGrey ? 1 : 3);

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>1 where all pictures are grey, or else 3.</summary>
    public int Channels { get; }

    /// <summary>How many pictures there are.</summary>
    public int Count => _rows.Length;

    /// <summary>How many have a mask.</summary>
    public int Masks => _rows.Count(row => row.MaskPath.Length > 0);

    /// <summary>Reads the folders.</summary>
    /// <param name="images">The folder of pictures.</param>
    /// <param name="masks">The folder of masks, which have the names of their pictures.</param>
    /// <param name="named">How many classes the user names; null for none.</param>
    /// <param name="display">Told of what is doubtful.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="InputException">There is nothing to learn from, a file cannot be used, or sizes or classes do not fit.</exception>
    public static TrainingFolder Read(string images, string masks, int? named, Display display, CancellationToken cancel)
    {
        (string[] names, HashSet<string> masked) = PictureFolder.Pairs(images, masks);
        int strays = PictureFolder.Names(masks).Count(name => !masked.Contains(name));
        if (strays > 0)
            display.Warn($"{strays} masks of {masks} have the name of no picture of {images}, and are not used.");
        bool[] isThere = new bool[LabelledPicture.Ignored];
        bool isGrey = true;
        PngPicture? first = null;
        foreach (string name in names)
        {
            cancel.ThrowIfCancellationRequested();
            PngPicture picture = PngFile.Read(Path.Combine(images, name));
            first ??= picture;
            isGrey &= picture.IsGrey;
            if (picture.Height != first.Height || picture.Width != first.Width)
            {
                throw new InputException(
                    $"{picture.Path} has {picture.Size} pixels, and {first.Path} {first.Size}; pictures of one size were expected.");
            }

            if (masked.Contains(name))
            {
                foreach (byte label in ReadMask(Path.Combine(masks, name), picture, named))
                    isThere[Math.Min(label, isThere.Length - 1)] |= label != LabelledPicture.Ignored;
            }
        }

        Row[] rows = [.. names.Select(name => new Row { ImagePath = name, MaskPath = masked.Contains(name) ? name : string.Empty })];
        return new TrainingFolder(images, masks, rows, CountClasses(isThere, named, masks, display), isGrey);
    }

    /// <summary>The pictures and masks as ML.NET reads them.</summary>
    public IDataView ToView(MLContext ml)
    {
        IDataView paths = ml.Data.LoadFromEnumerable(_rows);
        return ml.Transforms.LoadImages("Image", Path.GetFullPath(_images), nameof(Row.ImagePath))
            .Append(ml.Transforms.LoadImages("Mask", Path.GetFullPath(_masks), nameof(Row.MaskPath))).Fit(paths).Transform(paths);
    }

    private static byte[] ReadMask(string path, PngPicture picture, int? named)
    {
        byte[] mask = PngFile.ReadMask(path, picture);
        if (named is { } classes)
            PngFile.RefuseBeyond(path, picture, mask, classes, "--classes names");
        return mask;
    }

    /// <summary>As many as are named, or one more than the largest class.</summary>
    private static int CountClasses(bool[] isThere, int? named, string masks, Display display)
    {
        int[] found = [.. Enumerable.Range(0, isThere.Length).Where(label => isThere[label])];
        if (found.Length < 2)
        {
            string what = found.Length == 0 ? "no pixel with a class" : $"class {found[0]} alone";
            throw new InputException(
                $"{masks} has {what}, and {LabelledPicture.Ignored} means that the class of a pixel is not known; grey values 0, 1 and " +
                "so on for the classes were expected.");
        }

        int count = named ?? found[^1] + 1, without = count - found.Length;
        string list = string.Join(", ", found.Select(label => label.ToString(CultureInfo.InvariantCulture)));
        if (named is null && without > found.Length)
        {
            throw new InputException(
                $"{masks} has the classes {list}, and none of the {without} between; classes numbered from 0 were expected, or the names " +
                "of all in --classes.");
        }

        if (without > 0)
            display.Warn($"{masks} has the classes {list} alone; the other {without} are never predicted.");
        return count;
    }

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";

        /// <summary>Empty where there is no mask.</summary>
        public string MaskPath { get; set; } = "";
    }
}
