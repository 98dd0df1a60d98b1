namespace Microsoft.ML.Diffusion.Tool.Segmentation;

/// <summary>The PNG files of a folder, by name.</summary>
internal static class PictureFolder
{
    private const string Extension = ".png";

    /// <summary>The names of the PNG files, in the order of their characters.</summary>
    /// <param name="folder">The folder; those within it are not looked into.</param>
    /// <exception cref="InputException">There is no such folder, or it cannot be looked into.</exception>
    public static string[] Names(string folder)
    {
        if (File.Exists(folder))
            throw new InputException($"{folder} is a file; a folder of PNG files was expected.");
        try
        {
            return
            [
                .. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))
                    .Where(name => name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) && !name.StartsWith('.'))
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (DirectoryNotFoundException e)
        {
            throw new InputException($"{folder}: there is no such folder.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InputException($"{folder} cannot be read: permission denied.", e);
        }
        catch (IOException e)
        {
            throw new InputException($"{folder} cannot be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>As <see cref="Names"/>, of a folder that must hold some.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static string[] NamesOfPictures(string folder)
    {
        string[] names = Names(folder);
        return names.Length > 0
            ? names
            : throw new InputException($"{folder} holds no PNG file; pictures were expected, as NAME{Extension}.");
    }

    /// <summary>The pictures that have a mask of their name.</summary>
    /// <param name="images">The folder of pictures.</param>
    /// <param name="masks">The folder of masks.</param>
    /// <exception cref="InputException">A folder cannot be read, there is no picture, or none has a mask.</exception>
    public static (string[] Names, HashSet<string> Masked) Pairs(string images, string masks)
    {
        string[] names = NamesOfPictures(images), drawn = Names(masks);
        var masked = drawn.Intersect(names, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        if (masked.Count > 0)
            return (names, masked);
        string found = drawn.Length == 0 ? "no PNG file" : $"{drawn[0]}{(drawn.Length > 1 ? $" and {drawn.Length - 1} others" : "")}";
        throw new InputException(
            $"{masks} has a mask for no picture of {images}: a mask has the file name of its picture, such as {names[0]}, and there is " +
            $"{found}.");
    }
}
