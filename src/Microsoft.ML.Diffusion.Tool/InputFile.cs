namespace Microsoft.ML.Diffusion.Tool;

/// <summary>Opens what the user named, and says in one sentence why it cannot be opened.</summary>
internal static class InputFile
{
    /// <exception cref="InputException">No such file, a folder, no permission, or more than 2 GB.</exception>
    public static byte[] ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{path}: there is no such file.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InputException(Directory.Exists(path) ? $"{path} is a folder; a file was expected." : $"{path} cannot be read: permission denied.", e);
        }
        catch (IOException e)
        {
            throw new InputException($"{path} cannot be read: {e.Message}", e);
        }
    }
}
