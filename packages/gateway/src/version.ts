/** The version of this package. */
import manifest from "../package.json" with { type: "json" };

/** As `tickwire --version` prints it. */
export const VERSION: string = manifest.version;
